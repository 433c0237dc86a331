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
    antal_enligt,
    regioner,
    kallrad,
    varde_status,
    row_number() over (order by ar, overenskommelse, utsaga_id, varde) as _ordning
from {{ ref('utsaga') }}
-- The report's own statements; what it says again elsewhere is one statement.
where publikation = 'uppfoljning_{{ var('ar') }}' and upprepar is null
