with celler as (
    select
        delceller.*,
        nivaer.skyddsniva,
        k.troskel_sekretess as troskel,
        {{ for_fa('delceller.bedomningar', 'k.troskel_sekretess') }} as fel
    from {{ ref('int_vantetid_delceller') }} as delceller
    cross join {{ tre_dagar() }} as k
    inner join {{ ref('int_vantetid_skyddsnivaer') }} as nivaer
        on
            delceller.period = nivaer.period
            and delceller.niva = nivaer.niva
            and delceller.region_kod = nivaer.region_kod
            and nivaer.vardenhet_id is null
),

-- Contact forms: the largest ones in the country first, as many as each node can show.
formordning as (
    select
        period,
        grupp,
        row_number() over (partition by period order by bedomningar desc, grupp asc) as ordning
    from celler
    where niva = 'riket' and indelning = 'kontaktform'
),

antal_former as (
    select
        period,
        max(ordning) as alla
    from formordning
    group by period
),

svansar as (
    select
        celler.*,
        formordning.ordning,
        sum(celler.bedomningar) over (
            partition by celler.period, celler.region_kod
            order by formordning.ordning desc
        ) as svans
    from celler
    inner join formordning
        on
            celler.period = formordning.period
            and celler.grupp = formordning.grupp
    where celler.indelning = 'kontaktform'
),

former_per_nod as (
    select
        svansar.period,
        svansar.niva,
        svansar.region_kod,
        any_value(svansar.troskel) as troskel,
        sum(svansar.bedomningar) as antal,
        case
            when any_value(svansar.skyddsniva) = 0 then 0
            when not bool_or(svansar.fel) then any_value(antal_former.alla)
            else least(
                min(svansar.ordning) filter (where svansar.fel),
                coalesce(max(svansar.ordning) filter (where svansar.svans >= svansar.troskel), 1)
            ) - 1
        end as mojlig
    from svansar
    inner join antal_former
        on svansar.period = antal_former.period
    group by svansar.period, svansar.niva, svansar.region_kod
),

former_under_riket as (
    select
        noder.period,
        noder.niva as plan,
        noder.region_kod as kod,
        noder.antal,
        noder.troskel,
        least(noder.mojlig, riket.mojlig) as hogst
    from former_per_nod as noder
    inner join former_per_nod as riket
        on
            noder.period = riket.period
            and riket.niva = 'riket'
),

formdelar as (
    select
        period,
        niva as plan,
        region_kod as kod,
        ordning as niva,
        'T' as del,
        bedomningar as antal
    from svansar

    union all

    select
        period,
        niva as plan,
        region_kod as kod,
        unnest(generate_series(1, ordning - 1)) as niva,
        'efter' as del,
        bedomningar as antal
    from svansar
),

former_visade as (
    select
        period,
        plan as niva,
        kod as region_kod,
        skyddsniva as visade
    from {{ syskonskydd('former_under_riket', 'formdelar', ['period', 'plan']) }}
),

-- Ownership: all kinds of a region or none. No other region can keep it company, since the units that it shows are of
-- kinds that everybody knows: the country shows its kinds, if what the regions leave out is not one region's, nor few.
agarformer_per_region as (
    select
        period,
        region_kod,
        count(*) as antal_slag,
        any_value(skyddsniva) = 0 as ar_dold,
        any_value(skyddsniva) > 0 and not bool_or(fel) as visas
    from celler
    where indelning = 'agarform' and niva = 'region'
    group by period, region_kod
),

agarformer_dolda_per_slag as (
    select
        celler.period,
        celler.grupp,
        {{ for_fa('sum(celler.bedomningar)', 'any_value(celler.troskel)') }} as for_fa
    from celler
    inner join agarformer_per_region as regioner
        on
            celler.period = regioner.period
            and celler.region_kod = regioner.region_kod
    where celler.indelning = 'agarform' and not regioner.visas
    group by celler.period, celler.grupp
),

agarformer_dolda as (
    select
        period,
        bool_or(for_fa) as for_fa
    from agarformer_dolda_per_slag
    group by period
),

agarformer_i_riket as (
    select
        regioner.period,
        count(*) filter (where not regioner.visas and regioner.antal_slag > 1) != 1
        and not bool_or(regioner.ar_dold and regioner.antal_slag = 1)
        and not coalesce(bool_or(dolda.for_fa), false) as visas
    from agarformer_per_region as regioner
    left join agarformer_dolda as dolda
        on regioner.period = dolda.period
    group by regioner.period
),

agarformer_visade as (
    select
        period,
        region_kod,
        visas
    from agarformer_per_region

    union all

    select
        riket.period,
        '00' as region_kod,
        riket.visas and min(celler.bedomningar) >= any_value(celler.troskel) as visas
    from agarformer_i_riket as riket
    inner join celler
        on
            riket.period = celler.period
            and celler.niva = 'riket'
            and celler.indelning = 'agarform'
    group by riket.period, riket.visas
),

alla as (
    -- What a region hides of the forms that the country has looks the same whether it is there or not.
    select
        former_visade.period,
        former_visade.niva,
        former_visade.region_kod,
        'kontaktform' as indelning,
        formordning.grupp,
        formordning.ordning <= former_visade.visade as visas
    from former_visade
    inner join formordning
        on former_visade.period = formordning.period

    union all

    select
        celler.period,
        celler.niva,
        celler.region_kod,
        celler.indelning,
        celler.grupp,
        agarformer_visade.visas
    from celler
    inner join agarformer_visade
        on
            celler.period = agarformer_visade.period
            and celler.region_kod = agarformer_visade.region_kod
    where celler.indelning = 'agarform'
)

select
    alla.*,
    celler.inom_tre_dagar,
    celler.bedomningar
from alla
left join celler
    on
        alla.period = celler.period
        and alla.region_kod = celler.region_kod
        and alla.indelning = celler.indelning
        and alla.grupp = celler.grupp
where not alla.visas or celler.grupp is not null
