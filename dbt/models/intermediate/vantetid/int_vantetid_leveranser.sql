select
    period,
    region_kod,
    rader,
    leverans_id
from {{ ref('stg_vantetid_primarvard__block') }}
