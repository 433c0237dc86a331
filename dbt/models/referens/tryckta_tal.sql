select
    {{ publikation('fil') }} as publikation,
    tabell,
    rad,
    kolumn,
    varde_tryckt,
    kallrad,
    orsak
from {{ source('rapporter', 'tryckta_tal') }}
