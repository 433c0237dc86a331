select
    utsaga_id,
    underlag,
    tema,
    falt,
    varde,
    utsaga,
    bas,
    antal_bedomda,
    antal,
    andel,
    kvantifierare_tryckt,
    antal_tryckt,
    antal_enligt,
    kallrad,
    varde_status,
    row_number() over (order by utsaga_id) as _ordning
from {{ ref('kommunutsaga') }}
where ar = {{ var('ar') }}
