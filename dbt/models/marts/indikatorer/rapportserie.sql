-- What the reports count of regions and municipalities, over the reports. The indicators over the years are in
-- mart.indikator.
with varden as (
    {% for matt, namn in [('visa_tid', 'visa tid'), ('boka_tid', 'boka tid')] -%}
        select
            'webbtidbok_{{ matt }}' as matt,
            'Mottagningar med webbtidbok: {{ namn }}' as matt_namn,
            year(period) as rapportar,
            region_kod,
            region,
            cast({{ matt }} as double) as varde,
            'antal mottagningar' as enhet,
            varde_status,
            'webbtidbok' as kalla,
            null as lydelse,
            leverans_id
        from {{ ref('webbtidbok') }}
        where month(period) = 3

        union all

    {% endfor -%}
    select
        'enkat_' || resultat.fraga || '_' || resultat.svarsalternativ as matt,
        resultat.fraga_etikett || ': ' || lower(resultat.svarsalternativ_etikett) as matt_namn,
        {{ undersokningens_rapportar('resultat.undersokning') }} as rapportar,
        resultat.grupp_kod as region_kod,
        resultat.grupp as region,
        resultat.andel as varde,
        'procent' as enhet,
        resultat.varde_status,
        fragor_kalla.kalla,
        fragor.text_enkat as lydelse,
        null as leverans_id
    from {{ ref('kommunenkat_resultat') }} as resultat
    inner join {{ ref('enkatfragor') }} as fragor
        on resultat.undersokning = fragor.undersokning and resultat.fraga = fragor.fraga
    inner join {{ ref('undersokningar') }} as fragor_kalla
        on resultat.undersokning = fragor_kalla.undersokning

    union all

    select
        'svarsfrekvens_' || frekvens.kalla as matt,
        undersokningar.namn || ': svarsfrekvens' as matt_namn,
        {{ undersokningens_rapportar('frekvens.undersokning') }} as rapportar,
        frekvens.grupp_kod as region_kod,
        coalesce(regioner.region, 'Riket') as region,
        frekvens.svarsfrekvens as varde,
        'procent' as enhet,
        null as varde_status,
        frekvens.kalla,
        null as lydelse,
        null as leverans_id
    from {{ ref('svarsfrekvens') }} as frekvens
    inner join {{ ref('undersokningar') }} as undersokningar
        on frekvens.undersokning = undersokningar.undersokning
    left join {{ ref('regioner') }} as regioner
        on frekvens.grupp_kod = regioner.region_kod
    where frekvens.niva in ('riket', 'region')
),

brott as (
    select
        indikator_id,
        ar,
        region_kod,
        orsak
    from {{ ref('brott') }}
),

foljda as (
    select
        varden.*,
        lag(varden.rapportar) over historia as foregaende_rapportar,
        lag(varden.varde) over historia as foregaende,
        case when varden.lydelse <> lag(varden.lydelse) over historia then 'Frågan är omformulerad.' end as omformulerad
    from varden
    window historia as (partition by varden.matt, varden.region_kod order by varden.rapportar)
),

-- A break since the report before is one in any of the years between them.
brutna as (
    select
        foljda.matt,
        foljda.rapportar,
        foljda.region_kod,
        string_agg(brott.orsak, ' ' order by brott.ar, brott.orsak) as orsak
    from foljda
    inner join brott
        on
            foljda.matt = brott.indikator_id
            and foljda.foregaende_rapportar < brott.ar
            and foljda.rapportar >= brott.ar
            and foljda.region_kod = coalesce(brott.region_kod, foljda.region_kod)
    group by foljda.matt, foljda.rapportar, foljda.region_kod
),

bedomda as (
    select
        foljda.*,
        nullif(concat_ws(' ', foljda.omformulerad, brutna.orsak), '') as anmarkning
    from foljda
    left join brutna
        on
            foljda.matt = brutna.matt
            and foljda.rapportar = brutna.rapportar
            and foljda.region_kod = brutna.region_kod
)

select
    matt,
    matt_namn,
    cast(rapportar as integer) as rapportar,
    region_kod,
    region,
    varde,
    enhet,
    cast(foregaende_rapportar as integer) as foregaende_rapportar,
    foregaende,
    case when anmarkning is null then varde - foregaende end as forandring,
    anmarkning is not null as brott,
    anmarkning,
    coalesce(varde_status, case when anmarkning is not null then 'b' end) as varde_status,
    kalla,
    leverans_id
from bedomda
order by matt, rapportar, region_kod
