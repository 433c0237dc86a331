with rader as (
    {{ tabelltext_raknad('uppfoljning_2018', 'Tabell 5', ['tjanst', 'beskrivning']) }}
)

select
    rad,
    tjanst,
    beskrivning,
    falt,
    antal_regioner,
    kvantifierare,
    _ordning
from rader
