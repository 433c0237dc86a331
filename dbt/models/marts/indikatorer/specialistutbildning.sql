-- Tabell 8 of the 2018 report: parts as printed, totals and growth computed. The two blocks are never divided by each
-- other.
with rader as (
    select
        block,
        kategori,
        ordning,
        ar,
        antal
    from {{ ref('specialistutbildning_tabell_8') }}
    where ar <= {{ var('ar') }}

    union all

    select
        block,
        'totalt' as kategori,
        9 as ordning,
        ar,
        sum(antal) as antal
    from {{ ref('specialistutbildning_tabell_8') }}
    where ar <= {{ var('ar') }}
    group by block, ar
)

select
    block,
    kategori,
    cast(ordning as integer) as ordning,
    cast(ar as integer) as ar,
    cast(antal as bigint) as antal,
    cast(antal - lag(antal) over kategori as bigint) as forandring,
    100.0 * (antal - lag(antal) over kategori) / nullif(lag(antal) over kategori, 0) as forandring_procent
from rader
window kategori as (partition by block, kategori order by ar)
order by block, ordning, ar
