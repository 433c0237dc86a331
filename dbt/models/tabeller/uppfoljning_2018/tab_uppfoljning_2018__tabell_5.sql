with rader as (
    {{ tabelltext('uppfoljning_2018', 'Tabell 5', ['tjanst', 'beskrivning']) }}
)

select
    rad,
    tjanst,
    beskrivning,
    row_number() over (order by rad) as _ordning
from rader
