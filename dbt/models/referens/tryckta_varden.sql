select
    {{ publikation('fil') }} as publikation,
    tabell,
    rad,
    kolumn,
    varde_tryckt,
    kallrad
from {{ source('rapporter', 'tryckta_varden') }}
