select
    tabell,
    rad,
    kolumn,
    varde_tryckt,
    varde_beraknat,
    avvikelse,
    forklaring,
    row_number() over (order by tabell, rad, kolumn) as _ordning
from {{ ref('tryckt_mot_beraknat') }}
where not stammer or avvikelse is not null
