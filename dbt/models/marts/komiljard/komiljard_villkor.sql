-- Block 2: what a region must have done for its part of the next year's money.
with provade as (
    select distinct
        ar,
        unnest(generate_series(1, 12)) as manad
    from {{ ref('komiljard_manader') }}
    where ar <= {{ var('ar') }}
),

manader as (
    select
        provade.ar,
        make_date(provade.ar, provade.manad, 1) as period,
        regioner.region_kod
    from provade
    cross join {{ ref('regioner') }} as regioner
),

-- Both measures are to be reported: who waits, and the actual waiting time of what has been carried out.
matt as (
    select
        region_kod,
        period,
        grupp,
        _leverans_id,
        'svarsfrekvens' as villkor,
        enheter_rapporterat as rapporterat,
        enheter_forvantat as forvantat
    from {{ ref('stg_vantetid_specialistvard__vantande') }}

    union all

    select
        region_kod,
        period,
        grupp,
        _leverans_id,
        'svarsfrekvens_faktisk' as villkor,
        genomforda_enheter_rapporterat as rapporterat,
        genomforda_enheter_forvantat as forvantat
    from {{ ref('stg_vantetid_specialistvard__vantande') }}
),

provat as (
    select
        region_kod,
        period,
        villkor,
        count(*) = 2 and count(100.0 * rapporterat / nullif(forvantat, 0)) = 2 as fullstandigt,
        bool_and(100 * rapporterat >= 95 * forvantat) as uppfyllt,
        replace(printf('%.1f', min(100.0 * rapporterat / nullif(forvantat, 0))), '.', ',') || ' procent' as varde,
        any_value(_leverans_id) as leverans_id
    from matt
    group by region_kod, period, villkor

    union all

    select
        region_kod,
        period,
        'fem_veckor' as villkor,
        count(*) = 2 and count(genomforda_rapporterad) = 2 as fullstandigt,
        bool_and(genomforda_rapporterad <= last_day(period) + 35) as uppfyllt,
        cast(max(genomforda_rapporterad) as varchar) as varde,
        any_value(_leverans_id) as leverans_id
    from {{ ref('stg_vantetid_specialistvard__vantande') }}
    group by region_kod, period
),

-- A condition of which nobody has reported anything in the year cannot be tried.
kan_provas as (
    select distinct
        year(period) as ar,
        villkor
    from provat
    where varde is not null
),

villkoren as (
    select unnest(['svarsfrekvens', 'svarsfrekvens_faktisk', 'fem_veckor']) as villkor
),

manadsvillkor as (
    select
        manader.ar,
        manader.period,
        manader.region_kod,
        villkoren.villkor,
        case
            when kan_provas.ar is null then 'ej_kord'
            when not provat.uppfyllt then 'underkand'
            when provat.fullstandigt then 'godkand'
            else 'inga_data'
        end as utfall,
        provat.varde,
        provat.leverans_id
    from manader
    cross join villkoren
    left join provat
        on
            manader.region_kod = provat.region_kod
            and manader.period = provat.period
            and villkoren.villkor = provat.villkor
    left join kan_provas
        on
            manader.ar = kan_provas.ar
            and villkoren.villkor = kan_provas.villkor
),

nulagesrapport as (
    select
        cast(year(krav.period) as integer) as ar,
        krav.period,
        krav.respondent_kod as region_kod,
        'nulagesrapport' as villkor,
        case krav.status
            when 'inkommen' then 'godkand'
            when 'sen' then 'underkand'
            when 'okand' then 'ej_kord'
            when 'vantad' then 'ej_kord'
            else 'inga_data'
        end as utfall,
        cast(cast(krav.mottagen as date) as varchar) as varde,
        krav.leverans_id
    from {{ ref('int_leveranskrav_bedomda') }} as krav
    where krav.kalla = 'nulagesrapport' and krav.overenskommelse like 'komiljard%'
)

select
    alla.ar,
    alla.region_kod,
    regioner.region,
    alla.villkor,
    alla.period,
    alla.utfall,
    alla.varde,
    alla.leverans_id
from (
    from manadsvillkor
    union all
    from nulagesrapport
) as alla
inner join {{ ref('regioner') }} as regioner
    on alla.region_kod = regioner.region_kod
order by alla.ar, alla.villkor, alla.period, regioner.ordning_alfabetisk
