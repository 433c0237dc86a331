-- The reports' tables of text, cell by cell.
select
    publikation,
    tabell,
    rad,
    kolumn,
    text,
    kallrad
from {{ ref('tabelltexter') }}
order by publikation, tabell, rad, kolumn
