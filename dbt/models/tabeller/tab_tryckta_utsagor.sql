select
    utsaga_id,
    tema,
    utsaga,
    enhet,
    kvantifierare_tryckt,
    antal,
    bas,
    kvantifierare,
    antal_enligt,
    regioner,
    kallrad,
    row_number() over (order by utsaga_id) as _ordning
from {{ ref('tryckt_utsaga') }}
where publikation = 'uppfoljning_{{ var('ar') }}'
