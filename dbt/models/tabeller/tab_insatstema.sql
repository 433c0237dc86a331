select
    ar,
    overenskommelse,
    tema,
    status,
    antal,
    antal_bedomda,
    antal_insatser,
    regioner,
    row_number() over (order by ar, overenskommelse, tema, status <> 'alla', status) as _ordning
from {{ ref('insatstema') }}
where ar <= {{ var('ar') }}
