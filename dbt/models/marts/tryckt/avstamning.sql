-- Every printed number beside what the warehouse makes of it, and every known inconsistency of the documents. Where
-- each is computed stands in macro tryckta_tabeller; what is printed, in seeds. The two are joined by code.
with beraknade as (
    {% for tabell in tryckta_tabeller() -%}
        {%- set utanfor_loopen = loop -%}
        {%- for kolumn, varde in tabell.matt -%}
            select distinct -- noqa: AM01
                {{ tabell.publikation }} as publikation,
                {{ tabell.tabell or 'cast(null as varchar)' }} as tabell,
                {{ tabell.rad }} as nyckel,
                cast({{ kolumn }} as varchar) as kolumn,
                {% if tabell.ord %}{{ varde }}{% else %}{{ som_tryckt(varde) }}{% endif %} as varde,
                {{ tabell.orsak or 'null' }} as orsak,
                {{ "'" ~ tabell.kalla ~ "'" if tabell.kalla else 'null' }} as kalla
            from {{ ref(tabell.modell) }} as h -- noqa: AL05
            where {{ tabell.villkor }}
            {% if 'sum(' in varde or 'count(' in varde %} group by all {% endif %}
            {% if not (loop.last and utanfor_loopen.last) %} union all {% endif %}
        {%- endfor -%}
    {%- endfor %}
),

namn as (
    select
        region_kod as kod,
        region as namn
    from {{ ref('regioner') }}

    union all

    select
        kommun_kod as kod,
        kommun as namn
    from {{ ref('kommuner') }}

    union all

    select
        yrke_kod as kod,
        yrke as namn
    from {{ ref('yrken') }}
),

celler as (
    select
        publikation,
        tabell,
        rad,
        kolumn,
        varde_tryckt,
        kallrad
    from {{ ref('tryckta_varden') }}

    union all by name

    select *
    from {{ ref('tryckta_tal') }}

    union all by name

    select
        overenskommelse as publikation,
        tabell,
        region_kod as rad,
        post as kolumn,
        cast(belopp_tryckt as varchar) as varde_tryckt,
        kallrad,
        'Ett givet belopp, inget att räkna.' as orsak
    from {{ ref('medelsfordelning') }}

    union all by name

    {% for seed, tabell in [('utsagor', 'Utsagor om regioner'), ('kommunutsagor', 'Utsagor om kommuner')] -%}
        select
            publikation,
            '{{ tabell }}' as tabell,
            utsaga_id as rad,
            'antal' as kolumn,
            cast(antal_tryckt as varchar) as varde_tryckt,
            kallrad
        from {{ ref(seed) }}
        where antal_tryckt is not null

        union all by name

    {% endfor -%}
    select
        utsagor.publikation,
        'Utsagor om regioner' as tabell,
        utsagor.utsaga_id as rad,
        'ord' as kolumn,
        lower(utsagor.kvantifierare_tryckt) as varde_tryckt,
        utsagor.kallrad
    from {{ ref('utsagor') }} as utsagor
    where
        (utsagor.publikation, utsagor.falt) in (
            select (redovisade.publikation, redovisade.falt) from {{ ref('tryckta_regioner') }} as redovisade
        )
),

avvikelser as (
    select
        publikation,
        tabell,
        coalesce(rad, '') as rad,
        kolumn,
        min(id) as avvikelse,
        min_by(tryckt_varde, id) as tryckt_varde,
        min_by(vart_varde, id) as vart_varde,
        min_by(forklaring, id) as forklaring,
        min_by(kallrad, id) as kallrad
    from {{ ref('avvikelser') }}
    group by publikation, tabell, coalesce(rad, ''), kolumn
),

-- The printed cells, and what only the list of known inconsistencies quotes.
tryckta as (
    select
        publikation,
        tabell,
        coalesce(rad, '') as rad,
        kolumn,
        varde_tryckt,
        kallrad,
        orsak
    from celler

    union all by name

    select
        avvikelser.publikation,
        avvikelser.tabell,
        avvikelser.rad,
        avvikelser.kolumn,
        avvikelser.tryckt_varde as varde_tryckt,
        avvikelser.kallrad
    from avvikelser
    left join celler
        on
            avvikelser.publikation = celler.publikation
            and avvikelser.tabell = celler.tabell
            and avvikelser.rad = coalesce(celler.rad, '')
            and avvikelser.kolumn = celler.kolumn
    where celler.publikation is null
),

nycklade as (
    select
        tryckta.* replace (coalesce(namn.namn, tryckta.rad) as rad),
        tryckta.rad as nyckel
    from tryckta
    left join namn
        on tryckta.rad = namn.kod
    where {{ publikationsar('tryckta.publikation') }} <= {{ var('ar') }}
),

jamforda as (
    select
        nycklade.*,
        beraknade.publikation is not null as raknad,
        beraknade.varde as varde_beraknat,
        beraknade.kalla,
        beraknade.orsak as kand_orsak,
        avvikelser.avvikelse,
        avvikelser.vart_varde,
        avvikelser.forklaring,
        case
            when raknad and (nycklade.varde_tryckt is not distinct from beraknade.varde) then 'stammer'
            -- A known inconsistency is known with its value: another one is new.
            when raknad and beraknade.varde = avvikelser.vart_varde then 'kand_avvikelse'
            when raknad and beraknade.orsak is not null then 'kand_avvikelse'
            -- What is not printed cannot differ: the list says why we have it all the same.
            when raknad and nycklade.varde_tryckt is null and avvikelser.avvikelse is not null then 'kand_avvikelse'
            when raknad then 'ny_avvikelse'
            when avvikelser.avvikelse is not null then 'kand_avvikelse'
            else 'ej_beraknad'
        end as utfall
    from nycklade
    left join beraknade
        on
            nycklade.publikation = beraknade.publikation
            and nycklade.tabell = coalesce(beraknade.tabell, nycklade.tabell)
            and nycklade.nyckel = beraknade.nyckel
            and nycklade.kolumn = beraknade.kolumn
    left join avvikelser
        on
            nycklade.publikation = avvikelser.publikation
            and nycklade.tabell = avvikelser.tabell
            and nycklade.nyckel = avvikelser.rad
            and nycklade.kolumn = avvikelser.kolumn
)

select
    publikation,
    tabell,
    rad,
    nyckel,
    kolumn,
    varde_tryckt,
    varde_beraknat,
    -- Of words there is none.
    try_cast(replace(varde_beraknat, ',', '.') as double) - try_cast(replace(varde_tryckt, ',', '.') as double)
        as differens,
    utfall,
    avvikelse,
    case when not raknad then vart_varde end as vart_varde,
    case
        when avvikelse is not null then forklaring
        when utfall = 'kand_avvikelse' then kand_orsak
        when utfall = 'ej_beraknad' then coalesce(orsak, 'Inget som har kommit in svarar på den.')
    end as forklaring,
    kalla,
    kallrad
from jamforda
order by publikation, tabell, rad, kolumn, kallrad
