select
    period,
    respondent as region_kod,
    rader,
    leverans_id
from {{ ref('stg_register__tackning') }}
where kalla = 'vantetid_primarvard'
