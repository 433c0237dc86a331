-- Delivered values, and those computed from them where nothing was delivered.
with levererade as (
    select
        period,
        region_kod,
        matt,
        varde,
        jamforelse
    from {{ ref('stg_invanartjanster__varden') }}
    where varde is not null and year(period) <= {{ var('ar') }}
),

breda as (
    select
        period,
        region_kod,
        max(varde) filter (where matt = 'anslutna_vardenheter') as anslutna,
        max(varde) filter (where matt = 'anslutna_till_webbtidbok') as webbtidbok,
        max(varde) filter (where matt = 'anvandarkonton') as konton,
        max(varde) filter (where matt = 'inloggningar') as inloggningar
    from levererade
    group by period, region_kod
),

kvoter as (
    select
        breda.period,
        breda.region_kod,
        100.0 * breda.webbtidbok / nullif(breda.anslutna, 0) as andel_webbtidbok,
        100.0 * breda.konton / folkmangd.antal as andel_med_konto,
        100000.0 * breda.anslutna / folkmangd.antal as enheter_per_100000,
        breda.inloggningar / folkmangd.antal as inloggningar_per_invanare,
        100.0 * (breda.anslutna - fore.anslutna) / nullif(fore.anslutna, 0) as okning_anslutna_vardenheter
    from breda
    left join {{ ref('stg_befolkning__folkmangd') }} as folkmangd
        on
            breda.region_kod = folkmangd.region_kod
            and year(breda.period) = folkmangd.ar
            and folkmangd.kon = 'T'
    -- The same month of 2014.
    left join breda as fore
        on
            breda.region_kod = fore.region_kod
            and fore.period = make_date(2014, month(breda.period), 1)
            and year(breda.period) > 2014
),

per_region as (
    select
        period,
        region_kod,
        matt,
        varde,
        jamforelse,
        'levererat' as ursprung
    from levererade

    union all

    select
        period,
        region_kod,
        matt,
        varde,
        null as jamforelse,
        'beraknat' as ursprung
    from kvoter
    unpivot (
        varde for matt in (
            andel_webbtidbok,
            andel_med_konto,
            enheter_per_100000,
            inloggningar_per_invanare,
            okning_anslutna_vardenheter
        )
    )
),

-- The spread between regions is a figure of the country.
spridning as (
    select
        period,
        max(varde) filter (where matt = 'enheter_per_100000')
        / nullif(min(varde) filter (where matt = 'enheter_per_100000'), 0) as kvot_enheter_per_100000,
        min(varde) filter (where matt = 'inloggningar_per_invanare') as inloggningar_per_invanare_lagst,
        max(varde) filter (where matt = 'inloggningar_per_invanare') as inloggningar_per_invanare_hogst
    from per_region
    where region_kod <> '00'
    group by period
    having count(distinct region_kod) > 1
),

alla as (
    select * from per_region

    union all

    select
        period,
        '00' as region_kod,
        matt,
        varde,
        null as jamforelse,
        'beraknat' as ursprung
    from spridning
    unpivot (
        varde for matt in (
            kvot_enheter_per_100000, inloggningar_per_invanare_lagst, inloggningar_per_invanare_hogst
        )
    )
)

{{ matt_i_klartext('alla', 'invanartjanster', ['period', 'region_kod', 'matt']) }}
