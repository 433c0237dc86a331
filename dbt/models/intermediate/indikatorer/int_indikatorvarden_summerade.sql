-- One row per series (indicator, definition, source), year, region and sex that should be there, with what is known of
-- exceptions. Unprotected.
with varden as (
    select
        samlade.kalla,
        serier.indikator_id,
        serier.definition,
        serier.prioritet,
        samlade.ar,
        samlade.region_kod,
        samlade.kon,
        samlade.taljare,
        samlade.namnare,
        samlade.varde,
        samlade.markering,
        cast(null as varchar) as jamforelse,
        cast(null as varchar) as anmarkning,
        motsagda.matt is not null as motsagd,
        cast(tackning.mottagen as date) as extraherad,
        samlade._leverans_id as leverans_id
    from {{ ref('int_indikatorvarden_samlade') }} as samlade
    inner join {{ ref('serier') }} as serier
        on samlade.kalla = serier.kalla and samlade.matt = serier.matt
    left join {{ ref('stg_register__tackning') }} as tackning
        on
            samlade.kalla = tackning.kalla
            and samlade._respondent = tackning.respondent
            and samlade._block = tackning.block
            and samlade._period = tackning.period
    left join {{ ref('int_kolada_varden_motsagda') }} as motsagda
        on
            samlade.kalla = 'kolada'
            and samlade.matt = motsagda.matt
            and samlade.ar = motsagda.ar
            and samlade.region_kod = motsagda.region_kod
            and samlade.kon = motsagda.kon

    union all

    select
        tryckta.kalla,
        tryckta.indikator_id,
        tryckta.definition,
        1 as prioritet,
        tryckta.ar,
        tryckta.region_kod,
        'T' as kon,
        null as taljare,
        null as namnare,
        tryckta.varde,
        null as markering,
        tryckta.jamforelse,
        tryckta.anmarkning,
        false as motsagd,
        null as extraherad,
        null as leverans_id
    from {{ ref('tryckta_indikatorvarden') }} as tryckta
    where tryckta.ar <= {{ var('ar') }}

    union all

    select
        case block when 'ersattning' then 'regionenkat' else 'yrkesexamensprogram' end as kalla,
        'specialistutbildning_'
        || case block when 'ersattning' then 'med_ersattning' else 'nyborjare' end as indikator_id,
        'totalt' as definition,
        1 as prioritet,
        ar,
        '00' as region_kod,
        'T' as kon,
        null as taljare,
        null as namnare,
        antal as varde,
        null as markering,
        null as jamforelse,
        null as anmarkning,
        false as motsagd,
        null as extraherad,
        null as leverans_id
    from {{ ref('int_specialistutbildning_raknad') }}
    where kategori = 'totalt' and ar <= {{ var('ar') }}
),

serier as (
    select
        kalla,
        indikator_id,
        definition,
        prioritet,
        ar,
        kon,
        bool_or(region_kod = '00') as har_riket,
        bool_or(bool_or(region_kod <> '00')) over (partition by kalla, indikator_id, definition) as har_regioner,
        bool_or(bool_or(namnare is not null)) over (partition by kalla, indikator_id, definition) as har_delar
    from varden
    group by kalla, indikator_id, definition, prioritet, ar, kon
),

omraden as (
    select region_kod
    from {{ ref('regioner') }}

    union all

    select '00' as region_kod
),

ram as (
    select
        serier.*,
        omraden.region_kod
    from serier
    inner join omraden
        on omraden.region_kod = '00' or serier.har_regioner
),

ofullstandiga as (
    select
        serier.indikator_id,
        serier.definition,
        string_agg(distinct cast(saknade.sida as varchar), ', ' order by cast(saknade.sida as varchar)) as sidor
    from {{ ref('int_kolada_sidor_saknade') }} as saknade
    inner join {{ ref('serier') }} as serier
        on serier.kalla = 'kolada' and saknade.matt = serier.matt
    group by serier.indikator_id, serier.definition
),

med_undantag as (
    select
        ram.kalla,
        ram.indikator_id,
        ram.definition,
        ram.prioritet,
        ram.ar,
        ram.region_kod,
        ram.kon,
        ram.har_riket,
        ram.har_delar,
        varden.taljare,
        varden.namnare,
        varden.varde,
        varden.jamforelse,
        varden.extraherad,
        varden.leverans_id,
        katalog.enhet,
        katalog.decimaler,
        katalog.riktning,
        katalog.intervall,
        katalog.troskel_sekretess as troskel,
        case
            when varden.markering is not null then varden.markering
            when varden.motsagd then 'u'
            when undantag.varde_status = 'x' and varden.varde is not null then null
            else undantag.varde_status
        end as angiven_status,
        coalesce(undantag.utesluts, false) or coalesce(varden.motsagd, false) as utesluten,
        nullif(concat_ws(
            ' ',
            case when coalesce(undantag.varde_status, '') <> 'x' or varden.varde is null then undantag.anmarkning end,
            case when varden.motsagd then 'Källans svar ger två olika värden.' end,
            case
                when varden.varde is null and sidor.sidor is not null
                    then 'Källans svar är ofullständigt: sida ' || sidor.sidor || ' saknas.'
            end,
            varden.anmarkning
        ), '') as anmarkning
    from ram
    inner join {{ ref('indikatorer') }} as katalog
        on ram.indikator_id = katalog.id
    left join varden
        on
            ram.kalla = varden.kalla
            and ram.indikator_id = varden.indikator_id
            and ram.definition = varden.definition
            and ram.ar = varden.ar
            and ram.region_kod = varden.region_kod
            and ram.kon = varden.kon
    left join {{ ref('undantag') }} as undantag
        on
            ram.indikator_id = undantag.indikator_id
            and ram.kalla = coalesce(undantag.kalla, ram.kalla)
            and ram.region_kod = undantag.region_kod
            and ram.ar between coalesce(undantag.ar_fran, 0) and coalesce(undantag.ar_till, 9999)
    left join ofullstandiga as sidor
        on ram.kalla = 'kolada' and ram.indikator_id = sidor.indikator_id and ram.definition = sidor.definition
),

summerade as (
    select
        *,
        region_kod = '00' and not har_riket and har_delar as raknat_riket,
        cast(sum(case when region_kod <> '00' and not utesluten then taljare end) over serie as bigint)
            as summa_taljare,
        cast(sum(case when region_kod <> '00' and not utesluten then namnare end) over serie as bigint) as summa_namnare
    from med_undantag
    window serie as (partition by kalla, indikator_id, definition, ar, kon)
)

-- Riket out of parts, where the source gives none: the sum of the reporting regions, excluded ones left out.
select
    kalla,
    indikator_id,
    definition,
    prioritet,
    ar,
    region_kod,
    kon,
    case when raknat_riket then summa_taljare else taljare end as taljare,
    case when raknat_riket then summa_namnare else namnare end as namnare,
    case when raknat_riket then {{ andel('summa_taljare', 'summa_namnare') }} else varde end as varde,
    troskel,
    angiven_status,
    utesluten,
    enhet,
    decimaler,
    riktning,
    intervall,
    anmarkning,
    jamforelse,
    extraherad,
    leverans_id
from summerade
