-- The known inconsistencies of the reports, and those of the agreements.
select
    id,
    {{ publikation() }} as publikation,
    tabell,
    rad,
    kolumn,
    tryckt_varde,
    vart_varde,
    forklaring,
    kallrad
from {{ filer() }}

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
