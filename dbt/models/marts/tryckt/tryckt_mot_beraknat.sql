{#- The report of a year prints the survey of the year before. -#}
{%- set undersokning -%} 'kommunenkat_' || ({{ var('ar') }} - 1) {%- endset -%}

with enkatsvar as (
    select
        case when yrken.yrke is not null then 'Tabell 3' when resultat.fraga like '1%' then 'Figur 5' else 'Målbild' end
            as tabell,
        coalesce(yrken.yrke, resultat.fraga) as rad,
        resultat.svarsalternativ,
        resultat.antal,
        resultat.n,
        resultat.andel_publicerad
    from {{ ref('kommunenkat_resultat') }} as resultat
    left join {{ ref('yrken') }} as yrken
        on resultat.yrke_kod = yrken.yrke_kod
    where resultat.undersokning = {{ undersokning }} and resultat.niva = 'riket' and resultat.varde_status is null
),

-- One row per printed cell; the report's own words for row and column.
beraknade as (
    {% for kolumn in ['dokument', 'politiskt_beslut', 'gemensamt_dokument'] -%}
        select
            'Tabell 1' as tabell,
            region as rad,
            '{{ kolumn }}' as kolumn,
            {{ kolumn }} as varde
        from {{ ref('inriktningsdokument') }}
        where ar = {{ var('ar') }} and varde_status is null

        union all

    {% endfor -%}
    {% for kolumn in ['visa_tid', 'boka_tid'] -%}
        select
            'Tabell 2' as tabell,
            region as rad,
            '{{ kolumn }}' as kolumn,
            {{ som_tryckt(kolumn) }} as varde
        from {{ ref('webbtidbok') }}
        where period = make_date({{ var('ar') }}, 3, 1) and varde_status is null

        union all

    {% endfor -%}
    {% for kolumn, varde in [
        ("svarsalternativ || '_antal'", 'antal'),
        ("svarsalternativ || '_procent'", 'andel_publicerad'),
        ("svarsalternativ || '_procent_sammanfattning'", 'andel_publicerad'),
        ("'n'", 'n'),
        ("'n_figurnot'", 'n'),
    ] -%}
        select distinct
            tabell,
            rad,
            {{ kolumn }} as kolumn,
            {{ som_tryckt(varde) }} as varde
        from enkatsvar

        union all

    {% endfor -%}
    {% for tabell, rad, kolumn, varde in [
        ('Tabell 3', '', 'n', 'inkomna'),
        ('Svarsfrekvens', 'kommuner', 'forvantade', 'forvantade'),
        ('Svarsfrekvens', 'kommuner', 'inkomna', 'inkomna'),
        ('Svarsfrekvens', 'kommuner', 'procent', andel_halv_upp('inkomna', 'forvantade')),
    ] -%}
        select
            '{{ tabell }}' as tabell,
            '{{ rad }}' as rad,
            '{{ kolumn }}' as kolumn,
            {{ som_tryckt(varde) }} as varde
        from {{ ref('svarsfrekvens') }}
        where undersokning = {{ undersokning }} and niva = 'riket' and inkomna > 0

        union all

    {% endfor -%}
    {% for rad, kolumn, varde, villkor in [
        ('Intervjuer i regioner', 'antal', 'antal', "avser = 'region' and indelning = 'alla'"),
        ('Intervjuer i regioner', 'aktorer', 'antal_aktorer', "avser = 'region' and indelning = 'alla'"),
        ('Intervjuer i kommuner', 'antal', 'antal', "avser = 'kommun' and indelning = 'alla'"),
        ('Intervjuer i kommuner', 'aktorer', 'antal_aktorer', "avser = 'kommun' and indelning = 'alla'"),
        ('Fallstudier', 'aktorer', 'antal_aktorer', "avser = 'region' and indelning = 'fallstudie' and grupp = 'ja'"),
        ('Övriga regioner', 'aktorer', 'antal_aktorer', "avser = 'region' and indelning = 'fallstudie' and grupp = 'nej'"),
    ] -%}
        select
            'Underlag' as tabell,
            '{{ rad }}' as rad,
            '{{ kolumn }}' as kolumn,
            {{ som_tryckt(varde) }} as varde
        from {{ ref('underlagsantal') }}
        where ar = {{ var('ar') }} and slag = 'intervju' and {{ villkor }}

        union all

    {% endfor -%}
    select distinct
        'Underlag' as tabell,
        coalesce(kommuner.kommun, regioner.region) as rad,
        case when kommuner.kommun is null then 'fallstudie' else 'intervjuad' end as kolumn,
        case when kommuner.kommun is null then intervjuer.genomforande else 'ja' end as varde
    from {{ ref('stg_underlag__rader') }} as intervjuer
    inner join {{ ref('regioner') }} as regioner
        on intervjuer.region_kod = regioner.region_kod
    left join {{ ref('kommuner') }} as kommuner
        on intervjuer.kommun_kod = kommuner.kommun_kod
    where
        intervjuer.slag = 'intervju'
        and intervjuer.ar = {{ var('ar') }}
        and (intervjuer.fallstudie or kommuner.kommun is not null)
),

avvikelser as (
    select
        tabell,
        coalesce(rad, '') as rad,
        kolumn,
        min_by(tryckt_varde, id) as tryckt_varde,
        min(id) as avvikelse,
        min_by(forklaring, id) as forklaring
    from {{ ref('avvikelser') }}
    where publikation = '{{ var("rapport") }}'
    group by tabell, coalesce(rad, ''), kolumn
),

-- The printed cells, and those that only the list of known deviations quotes.
tryckta as (
    select
        tabell,
        coalesce(rad, '') as rad,
        kolumn,
        varde_tryckt
    from {{ ref('tryckta_varden') }}
    where publikation = '{{ var("rapport") }}'

    union all

    select
        avvikelser.tabell,
        avvikelser.rad,
        avvikelser.kolumn,
        avvikelser.tryckt_varde as varde_tryckt
    from avvikelser
    inner join beraknade
        on
            avvikelser.tabell = beraknade.tabell
            and avvikelser.rad = beraknade.rad
            and avvikelser.kolumn = beraknade.kolumn
    left join {{ ref('tryckta_varden') }} as redan
        on
            avvikelser.tabell = redan.tabell
            and avvikelser.rad = coalesce(redan.rad, '')
            and avvikelser.kolumn = redan.kolumn
    where avvikelser.tryckt_varde is not null and redan.tabell is null
)

select
    tryckta.tabell,
    tryckta.rad,
    tryckta.kolumn,
    tryckta.varde_tryckt,
    beraknade.varde as varde_beraknat,
    case
        when beraknade.tabell is not null then (tryckta.varde_tryckt is not distinct from beraknade.varde)
    end as stammer,
    avvikelser.avvikelse,
    avvikelser.forklaring
from tryckta
left join beraknade
    on
        tryckta.tabell = beraknade.tabell
        and tryckta.rad = beraknade.rad
        and tryckta.kolumn = beraknade.kolumn
left join avvikelser
    on
        tryckta.tabell = avvikelser.tabell
        and tryckta.rad = avvikelser.rad
        and tryckta.kolumn = avvikelser.kolumn
order by tryckta.tabell, tryckta.rad, tryckta.kolumn
