{{ config(pre_hook="{{ ta_bort_andrade_perioder(ref('int_vantetid_manader_med_ram')) }}") }}

with celler as (
    select
        celler.*,
        ordning.ordning,
        k.troskel_sekretess as troskel,
        {{ for_fa('celler.bedomningar', 'k.troskel_sekretess') }} as fel
    from {{ ref('int_vantetid_celler') }} as celler
    cross join {{ tre_dagar() }} as k
    left join {{ ref('int_vantetid_yrkesordning') }} as ordning
        on
            celler.period = ordning.period
            and celler.yrkeskategori = ordning.yrkeskategori
    where celler.period in ({{ andrade_perioder(ref('int_vantetid_manader_med_ram')) }})
),

noder as (
    select
        period,
        niva,
        region_kod,
        vardenhet_id,
        any_value(troskel) as troskel,
        max(bedomningar) filter (where kon = 'T') as antal,
        bool_or(fel) filter (where kon = 'T') as fel,
        coalesce(bool_or(fel) filter (where kon != 'T'), false) as fel_kon
    from celler
    where yrkeskategori = 'alla'
    group by period, niva, region_kod, vardenhet_id
),

-- What a profession and those after it hold, per sex.
svansar as (
    select
        *,
        sum(bedomningar) over (
            partition by period, niva, region_kod, vardenhet_id, kon
            order by ordning desc
        ) as svans,
        min(ordning) filter (where fel) over (partition by period, niva, region_kod, vardenhet_id) as forsta_fel
    from celler
    where ordning is not null
),

-- Professions that can be shown with all their sexes, so that each cell and what is left hold the threshold.
marginaler as (
    select
        period,
        niva,
        region_kod,
        vardenhet_id,
        kon,
        any_value(forsta_fel) as forsta_fel,
        case
            when max(ordning) >= any_value(forsta_fel)
                then coalesce(max(ordning) filter (where svans >= troskel), 1) - 1
        end as svansgrans
    from svansar
    group by period, niva, region_kod, vardenhet_id, kon
),

yrken as (
    select
        period,
        niva,
        region_kod,
        vardenhet_id,
        least(any_value(forsta_fel) - 1, min(svansgrans)) as antal_yrken
    from marginaler
    group by period, niva, region_kod, vardenhet_id
),

antal_yrken as (
    select
        period,
        max(ordning) as alla
    from {{ ref('int_vantetid_yrkesordning') }}
    group by period
),

-- 0: nothing. 1: the total. 2: the sexes as well. 2 + n: and the first n professions with theirs.
mojliga as (
    select
        noder.*,
        case
            when noder.fel then 0
            when noder.fel_kon then 1
            else 2 + coalesce(yrken.antal_yrken, antal_yrken.alla)
        end as mojlig
    from noder
    inner join antal_yrken
        on noder.period = antal_yrken.period
    left join yrken
        on
            noder.period = yrken.period
            and noder.niva = yrken.niva
            and noder.region_kod = yrken.region_kod
            and noder.vardenhet_id is not distinct from yrken.vardenhet_id
),

-- What a node has at each level: the total, the sexes, a profession by sex and what is left of those after it.
delar as (
    select
        period,
        niva as plan,
        region_kod,
        vardenhet_id,
        case when ordning is not null then 2 + ordning when kon = 'T' then 1 else 2 end as niva,
        kon as del,
        bedomningar as antal
    from celler
    where ordning is not null or yrkeskategori = 'alla'

    union all

    select
        period,
        niva as plan,
        region_kod,
        vardenhet_id,
        unnest(generate_series(3, 1 + ordning)) as niva,
        'efter ' || kon as del,
        bedomningar as antal
    from celler
    where ordning > 1
),

riket as (
    select
        period,
        mojlig as skyddsniva
    from mojliga
    where niva = 'riket'
),

regioner_under_riket as (
    select
        regioner.period,
        regioner.region_kod as kod,
        regioner.antal,
        regioner.troskel,
        least(regioner.mojlig, riket.skyddsniva) as hogst
    from mojliga as regioner
    inner join riket
        on regioner.period = riket.period
    where regioner.niva = 'region'
),

regiondelar as (
    select
        *,
        region_kod as kod
    from delar
    where plan = 'region'
),

regioner as (
    select
        period,
        kod as region_kod,
        skyddsniva
    from {{ syskonskydd('regioner_under_riket', 'regiondelar', ['period']) }}
),

enheter_under_region as (
    select
        enheter.period,
        enheter.region_kod,
        coalesce(ram.agarform, 'okand') as agarform,
        enheter.vardenhet_id as kod,
        enheter.antal,
        enheter.troskel,
        least(enheter.mojlig, regioner.skyddsniva) as hogst
    from mojliga as enheter
    inner join regioner
        on
            enheter.period = regioner.period
            and enheter.region_kod = regioner.region_kod
    left join {{ ref('int_vantetid_enheter') }} as ram
        on
            enheter.period = ram.period
            and enheter.region_kod = ram.region_kod
            and enheter.vardenhet_id = ram.vardenhet_id
    where enheter.niva = 'vardenhet'
),

enhetsdelar as (
    select
        delar.*,
        delar.vardenhet_id as kod
    from delar
    where delar.plan = 'vardenhet'
),

-- Totals of ownership are shown too, so a unit without a total needs company within its own kind first.
totaler as (
    select
        period,
        region_kod,
        agarform,
        kod,
        1 as niva,
        'T' as del,
        antal
    from enheter_under_region
),

enheter_under_agarform as (
    select
        enheter.* exclude (hogst),
        skyddade.skyddsniva as hogst
    from enheter_under_region as enheter
    inner join {{ syskonskydd('enheter_under_region', 'totaler', ['period', 'region_kod', 'agarform']) }} as skyddade
        on
            enheter.period = skyddade.period
            and enheter.region_kod = skyddade.region_kod
            and enheter.kod = skyddade.kod
),

enheter as (
    select
        period,
        region_kod,
        kod as vardenhet_id,
        skyddsniva
    from {{ syskonskydd('enheter_under_agarform', 'enhetsdelar', ['period', 'region_kod']) }}
),

nivaer as (
    select
        period,
        'riket' as niva,
        '00' as region_kod,
        null as vardenhet_id,
        skyddsniva
    from riket

    union all

    select
        period,
        'region' as niva,
        region_kod,
        null as vardenhet_id,
        skyddsniva
    from regioner

    union all

    select
        period,
        'vardenhet' as niva,
        region_kod,
        vardenhet_id,
        skyddsniva
    from enheter
)

select
    manader.signatur,
    nivaer.*
from nivaer
inner join {{ ref('int_vantetid_manader_med_ram') }} as manader
    on nivaer.period = manader.period
