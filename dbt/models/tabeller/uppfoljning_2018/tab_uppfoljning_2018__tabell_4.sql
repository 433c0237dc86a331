with rader as (
    {{ tabelltext('uppfoljning_2018', 'Tabell 4', ['fordelning', 'beskrivning']) }}
)

select
    rad,
    fordelning,
    beskrivning,
    row_number() over (order by rad) as _ordning
from rader
