-- Persons with support and beginners, and how the numbers have changed. The two blocks are never divided by each other.
select
    block,
    kategori,
    cast(ordning as integer) as ordning,
    cast(ar as integer) as ar,
    antal,
    cast(antal - lag(antal) over kategori as bigint) as forandring,
    100.0 * (antal - lag(antal) over kategori) / nullif(lag(antal) over kategori, 0) as forandring_procent
from {{ ref('int_specialistutbildning_raknad') }}
where ar <= {{ var('ar') }}
window kategori as (partition by block, kategori order by ar)
order by block, ordning, ar
