-- A requirement for every month is one row per month, due so many days after the month's end. A requirement is followed
-- in the reports up to `foljs_till`.
with manader as (
    select
        kalla,
        overenskommelse,
        respondent_typ,
        dagar_efter,
        unnest(generate_series(period, period_slut, interval 1 month)) as period
    from {{ ref('leveranskrav') }}
    where frekvens = 'manad' and coalesce(foljs_till, {{ var('ar') }}) >= {{ var('ar') }}
)

select
    kalla,
    overenskommelse,
    period,
    period_slut,
    respondent_typ,
    sista_dag
from {{ ref('leveranskrav') }}
where frekvens is null and coalesce(foljs_till, {{ var('ar') }}) >= {{ var('ar') }}

union all

select
    kalla,
    overenskommelse,
    cast(period as date) as period,
    last_day(period) as period_slut,
    respondent_typ,
    last_day(period) + dagar_efter as sista_dag
from manader
