select
    kalla,
    leverans_id,
    respondent,
    period,
    mottagen
from {{ source('register', 'tackning') }}
where gallande
