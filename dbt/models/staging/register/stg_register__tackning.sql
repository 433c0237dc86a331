select
    kalla,
    leverans_id,
    respondent,
    block,
    overenskommelse,
    period,
    rader,
    mottagen
from {{ source('register', 'tackning') }}
-- A block that the newest delivery leaves empty is withdrawn.
where gallande and rader is distinct from 0
