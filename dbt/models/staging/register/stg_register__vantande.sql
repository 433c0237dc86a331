select
    kalla,
    respondent,
    overenskommelse,
    period,
    max_by(leverans_id, (mottagen, leverans_id)) as leverans_id,
    max(mottagen) as mottagen
from {{ source('register', 'tackning') }}
where vantar
group by kalla, respondent, overenskommelse, period
