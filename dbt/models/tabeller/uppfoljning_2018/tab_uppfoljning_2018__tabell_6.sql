with rader as (
    {{ tabelltext('uppfoljning_2018', 'Tabell 6', ['kategori', 'insats', 'beskrivning']) }}
)

select
    rad,
    kategori,
    insats,
    beskrivning,
    row_number() over (order by rad) as _ordning
from rader
