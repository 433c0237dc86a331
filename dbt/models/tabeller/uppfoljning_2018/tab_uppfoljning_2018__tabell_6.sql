with rader as (
    {{ tabelltext_raknad('uppfoljning_2018', 'Tabell 6', ['kategori', 'insats', 'beskrivning']) }}
)

select
    rad,
    kategori,
    insats,
    beskrivning,
    falt,
    antal_regioner,
    kvantifierare,
    _ordning
from rader
