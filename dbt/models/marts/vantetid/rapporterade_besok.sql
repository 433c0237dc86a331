-- All that has been reported, whether the care guarantee is about it or not: the agreement asks for every visit.
with kontakter as (
    select
        period,
        region_kod,
        sum(antal) as besok
    from {{ ref('int_vantetid_kontakter_summerade') }}
    group by period, region_kod
),

enheter as (
    select
        period,
        region_kod,
        count(*) as enheter_forvantade,
        count(*) filter (where har_rapporterat) as enheter_rapporterade
    from {{ ref('int_vantetid_enheter_rapporterade') }}
    group by period, region_kod
),

regionernas as (
    select
        kontakter.period,
        kontakter.region_kod,
        kontakter.besok,
        enheter.enheter_forvantade,
        enheter.enheter_rapporterade
    from kontakter
    left join enheter
        on kontakter.period = enheter.period and kontakter.region_kod = enheter.region_kod
),

alla as (
    select
        period,
        region_kod,
        besok,
        1 as antal_regioner,
        enheter_forvantade,
        enheter_rapporterade
    from regionernas

    union all

    select
        period,
        '00' as region_kod,
        sum(besok) as besok,
        count(*) as antal_regioner,
        sum(enheter_forvantade) as enheter_forvantade,
        sum(enheter_rapporterade) as enheter_rapporterade
    from regionernas
    group by period
)

select
    alla.period,
    alla.region_kod,
    coalesce(regioner.region, 'Riket') as region,
    cast(alla.besok as bigint) as besok,
    cast(alla.antal_regioner as bigint) as antal_regioner,
    cast(alla.enheter_rapporterade as bigint) as enheter_rapporterade,
    cast(alla.enheter_forvantade as bigint) as enheter_forvantade
from alla
left join {{ ref('regioner') }} as regioner
    on alla.region_kod = regioner.region_kod
order by alla.period, alla.region_kod
