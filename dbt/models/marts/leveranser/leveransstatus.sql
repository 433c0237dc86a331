select
    kalla,
    overenskommelse,
    period,
    respondent_typ,
    respondent_kod,
    sista_dag,
    status,
    cast(mottagen as timestamp) as mottagen,
    leverans_id
from {{ ref('int_leveranskrav_bedomda') }}
order by kalla, period, respondent_kod
