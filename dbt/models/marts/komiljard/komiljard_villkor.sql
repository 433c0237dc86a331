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

rapporterat as (
    select
        region_kod,
        period,
        count(*) = 2 as bada_grupperna,
        bool_and(100 * enheter_rapporterat >= 95 * enheter_forvantat) as tillrackligt,
        min(100.0 * enheter_rapporterat / nullif(enheter_forvantat, 0)) as lagsta_andel,
        count(100.0 * enheter_rapporterat / nullif(enheter_forvantat, 0)) as andelar,
        bool_and(rapporterad <= last_day(period) + 35) as i_tid,
        max(rapporterad) as senast,
        count(rapporterad) as dagar,
        any_value(_leverans_id) as leverans_id
    from {{ ref('stg_vantetid_specialistvard__vantande') }}
    group by region_kod, period
),

levererat as (
    select distinct year(period) as ar
    from {{ ref('stg_vantetid_specialistvard__vantande') }}
),

manadsvillkor as (
    select
        manader.ar,
        manader.period,
        manader.region_kod,
        'svarsfrekvens' as villkor,
        case
            when levererat.ar is null then 'ej_kord'
            when not rapporterat.tillrackligt then 'underkand'
            when rapporterat.bada_grupperna and rapporterat.andelar = 2 then 'godkand'
            else 'inga_data'
        end as utfall,
        replace(printf('%.1f', rapporterat.lagsta_andel), '.', ',') || ' procent' as varde,
        rapporterat.leverans_id
    from manader
    left join rapporterat
        on
            manader.region_kod = rapporterat.region_kod
            and manader.period = rapporterat.period
    left join levererat
        on manader.ar = levererat.ar

    union all

    select
        manader.ar,
        manader.period,
        manader.region_kod,
        'fem_veckor' as villkor,
        case
            when levererat.ar is null then 'ej_kord'
            when not rapporterat.i_tid then 'underkand'
            when rapporterat.bada_grupperna and rapporterat.dagar = 2 then 'godkand'
            else 'inga_data'
        end as utfall,
        cast(rapporterat.senast as varchar) as varde,
        rapporterat.leverans_id
    from manader
    left join rapporterat
        on
            manader.region_kod = rapporterat.region_kod
            and manader.period = rapporterat.period
    left join levererat
        on manader.ar = levererat.ar
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
