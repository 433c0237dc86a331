select
    region_kod,
    'region' as niva,
    region_kod as grupp_kod,
    region as grupp
from {{ ref('regioner') }}

union all

select
    region_kod,
    'riket' as niva,
    '00' as grupp_kod,
    'Riket' as grupp
from {{ ref('regioner') }}
