-- The known inconsistencies of the reports, and those of the agreements.
select
    id,
    {{ publikation('fil') }} as publikation,
    tabell,
    rad,
    kolumn,
    tryckt_varde,
    vart_varde,
    forklaring,
    kallrad
from {{ source('rapporter', 'avvikelser') }}

union all

select
    id,
    publikation,
    tabell,
    rad,
    kolumn,
    tryckt_varde,
    vart_varde,
    forklaring,
    kallrad
from {{ ref('avvikelser_overenskommelser') }}
