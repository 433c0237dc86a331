select
    ar,
    overenskommelse,
    tema,
    status,
    antal,
    antal_bedomda,
    antal_insatser,
    regioner,
    cast(null as varchar) as varde_status,
    row_number() over (order by ar, overenskommelse, tema, status <> 'alla', status) as _ordning
from {{ ref('insatstema') }}
where ar <= {{ var('ar') }}
