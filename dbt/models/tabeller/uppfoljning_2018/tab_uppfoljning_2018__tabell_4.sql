with rader as (
    {{ tabelltext_raknad('uppfoljning_2018', 'Tabell 4', ['fordelning', 'beskrivning']) }}
)

select
    rad,
    fordelning,
    beskrivning,
    falt,
    antal_regioner,
    kvantifierare,
    _ordning
from rader
