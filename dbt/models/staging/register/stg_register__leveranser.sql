select
    leverans_id,
    kalla,
    status,
    respondent,
    cast(period as date) as period,
    mottagen
from {{ source('register', 'leveranser') }}
