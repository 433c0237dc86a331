with respondenter as (
    select
        kalla,
        period,
        respondent_typ,
        respondent_kod,
        region_kod,
        bool_or(status in ('inkommen', 'sen')) as har_svarat
    from {{ ref('int_leveranskrav_bedomda') }}
    where tas_emot and kalla != 'vantetid_primarvard'
    group by kalla, period, respondent_typ, respondent_kod, region_kod

    union all

    -- Waiting times: the units of the frame, not the regions that deliver for them.
    select
        'vantetid_primarvard' as kalla,
        period,
        'vardenhet' as respondent_typ,
        vardenhet_id as respondent_kod,
        region_kod,
        har_rapporterat as har_svarat
    from {{ ref('int_vantetid_enheter_rapporterade') }}
    where year(period) <= {{ var('ar') }}
),

enkatsvar as (
    select
        period,
        kommun_kod,
        count(svar) between 1 and count(*) - 1 as partiell
    from {{ ref('int_kommunenkat_svar_ruttade') }}
    group by period, kommun_kod
),

undersokningar as (
    select distinct
        'kommunenkat' as kalla,
        period,
        undersokning
    from {{ ref('int_kommunenkat_fragor_valda') }}
),

-- Riket for every source; per region where there are several respondents in a region.
grupper as (
    select
        respondenter.kalla,
        respondenter.period,
        respondenter.respondent_typ,
        grupper.niva,
        grupper.grupp_kod,
        count(*) as forvantade,
        count(*) filter (where respondenter.har_svarat) as inkomna,
        case
            when respondenter.kalla = 'kommunenkat' then count(*) filter (where enkatsvar.partiell)
        end as partiella
    from respondenter
    inner join {{ ref('int_regioner_grupperade') }} as grupper
        on respondenter.region_kod = grupper.region_kod
    left join enkatsvar
        on
            respondenter.kalla = 'kommunenkat'
            and respondenter.period = enkatsvar.period
            and respondenter.respondent_kod = enkatsvar.kommun_kod
    where grupper.niva = 'riket' or respondenter.respondent_typ in ('kommun', 'vardenhet')
    group by
        respondenter.kalla, respondenter.period, respondenter.respondent_typ, grupper.niva, grupper.grupp_kod
),

frekvenser as (
    select
        kalla,
        period,
        niva,
        grupp_kod,
        forvantade,
        inkomna,
        partiella,
        -- The threshold of the country holds for each region's units as well.
        case when respondent_typ = 'vardenhet' then 'riket' else niva end as troskelniva
    from grupper

    union all

    -- A month without a frame has no rate.
    select distinct
        krav.kalla,
        krav.period,
        'riket' as niva,
        '00' as grupp_kod,
        0 as forvantade,
        0 as inkomna,
        null as partiella,
        'riket' as troskelniva
    from {{ ref('int_leveranskrav_bedomda') }} as krav
    anti join {{ ref('int_vantetid_enheter_rapporterade') }} as enheter
        on krav.period = enheter.period
    where krav.kalla = 'vantetid_primarvard'

    union all

    -- Regions with at least one answer.
    select
        kalla,
        period,
        'regiontackning' as niva,
        '00' as grupp_kod,
        count(*) as forvantade,
        count(*) filter (where inkomna > 0) as inkomna,
        null as partiella,
        'regiontackning' as troskelniva
    from grupper
    where niva = 'region'
    group by kalla, period

    union all

    -- Answers to an item, of the answering municipalities that the item was asked of.
    select
        'kommunenkat' as kalla,
        fragor.period,
        'fraga' as niva,
        fragor.fraga as grupp_kod,
        count(svar.kommun_kod) as forvantade,
        count(svar.svar) as inkomna,
        null as partiella,
        'fraga' as troskelniva
    from {{ ref('int_kommunenkat_fragor_valda') }} as fragor
    left join {{ ref('int_kommunenkat_svar_ruttade') }} as svar
        on
            fragor.undersokning = svar.undersokning
            and fragor.fraga = svar.fraga
    group by fragor.period, fragor.fraga
),

trosklar as (
    {{ trosklar() }}
),

beraknade as (
    select
        frekvenser.*,
        cast({{ andel('frekvenser.inkomna', 'frekvenser.forvantade') }} as double) as svarsfrekvens
    from frekvenser
)

select
    beraknade.kalla,
    undersokningar.undersokning,
    beraknade.period,
    beraknade.niva,
    beraknade.grupp_kod,
    cast(beraknade.forvantade as bigint) as forvantade,
    cast(beraknade.inkomna as bigint) as inkomna,
    cast(beraknade.partiella as bigint) as partiella,
    beraknade.svarsfrekvens,
    trosklar.troskel,
    beraknade.svarsfrekvens >= trosklar.troskel as uppfylld
from beraknade
left join undersokningar
    on
        beraknade.kalla = undersokningar.kalla
        and beraknade.period = undersokningar.period
left join trosklar
    on
        beraknade.kalla = trosklar.kalla
        and beraknade.troskelniva = trosklar.niva
order by beraknade.kalla, beraknade.period, beraknade.niva, beraknade.grupp_kod
