select
    leverans_id,
    kalla,
    status,
    respondent,
    cast(period as date) as period,
    mottagen,
    coalesce(pahittad, false) as pahittad
from {{ source('register', 'leveranser') }}
