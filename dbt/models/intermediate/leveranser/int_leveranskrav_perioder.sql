-- A requirement for every month is one row per month, due so many days after the month's end. A requirement is followed
-- in the reports from `foljs_fran` up to `foljs_till`: what a later report asks about is none of an earlier's.
with foljda as (
    select *
    from {{ ref('leveranskrav') }}
    where
        coalesce(foljs_fran, {{ var('ar') }}) <= {{ var('ar') }}
        and coalesce(foljs_till, {{ var('ar') }}) >= {{ var('ar') }}
),

manader as (
    select
        kalla,
        overenskommelse,
        respondent_typ,
        dagar_efter,
        unnest(generate_series(period, period_slut, interval 1 month)) as period
    from foljda
    where frekvens = 'manad'
)

select
    kalla,
    overenskommelse,
    period,
    period_slut,
    respondent_typ,
    sista_dag
from foljda
where frekvens is null

union all

select
    kalla,
    overenskommelse,
    cast(period as date) as period,
    last_day(period) as period_slut,
    respondent_typ,
    last_day(period) + dagar_efter as sista_dag
from manader
