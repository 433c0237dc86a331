select
    ar,
    overenskommelse,
    tema,
    {{ klartext('tema') }} as tema_etikett,
    status,
    bas,
    antal_bedomda,
    antal,
    antal_insatser,
    regioner,
    varde_status,
    row_number() over (order by ar, overenskommelse, tema, status <> 'alla', status) as _ordning
from {{ ref('insatstema') }}
where ar <= {{ var('ar') }}
