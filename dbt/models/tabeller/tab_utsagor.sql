select
    ar,
    overenskommelse,
    utsaga_id,
    tema,
    falt,
    varde,
    utsaga,
    bas,
    antal_bedomda,
    antal,
    antal_ej_angivet,
    kvantifierare,
    kvantifierare_tryckt,
    regioner,
    varde_status,
    row_number() over (order by ar, overenskommelse, utsaga_id, varde) as _ordning
from {{ ref('utsaga') }}
where ar <= {{ var('ar') }}
