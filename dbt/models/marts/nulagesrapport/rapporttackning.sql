-- For each report and area (0: the report as a whole, for an amount that it gives no area): are measures, costs and
-- results told, and how. What nobody has judged is ej_bedomd, what coders differ about is oenig; the number of measures
-- is not known when nobody has judged them.
with omraden as (
    select
        rapporter.ar,
        rapporter.overenskommelse,
        rapporter.region_kod,
        0 as omrade
    from {{ ref('stg_nulagesrapport__rapporter') }} as rapporter
    where rapporter.gallande

    union

    select
        rapporter.ar,
        rapporter.overenskommelse,
        rapporter.region_kod,
        fragade.omrade
    from {{ ref('stg_nulagesrapport__rapporter') }} as rapporter
    inner join {{ ref('int_omraden_numrerade') }} as fragade
        on rapporter.overenskommelse = fragade.overenskommelse and rapporter.ar = fragade.ar
    where rapporter.gallande

    union

    select
        ar,
        overenskommelse,
        region_kod,
        omrade
    from {{ ref('stg_nulagesrapport__block') }}
    where omrade > 0
),

kodade as (
    select
        ar,
        overenskommelse,
        region_kod,
        bool_or(typ = 'insats') as insatser_bedomda
    from {{ ref('int_kodning_avgjord') }}
    group by all
),

insatser as (
    select
        ar,
        overenskommelse,
        region_kod,
        omrade,
        count(*) as antal,
        count(*) filter (where resultatstatus = 'kvantifierat') as kvantifierade,
        count(*) filter (where resultatstatus = 'kvalitativt') as kvalitativa
    from {{ ref('insats') }}
    group by all
),

celler as (
    select
        ar,
        overenskommelse,
        region_kod,
        omrade,
        bool_or(not avgjord) filter (where typ = 'kostnad') as kostnad_oenig,
        bool_or(not avgjord) filter (where typ = 'resultat') as resultat_oenigt,
        string_agg(distinct kostnadsstatus, ';' order by kostnadsstatus)
        filter (where typ = 'kostnad' and avgjord and beslut <> 'avvisad') as kostnader,
        -- What was used: neither what was granted, budgeted or foreseen, nor a row of sums.
        sum(kostnad_kr) filter (
            where typ = 'kostnad' and avgjord and beslut <> 'avvisad' and kostnadsstatus = 'belopp'
            and coalesce(falt, 'kostnad') in ('kostnad', 'forbrukat') and coalesce(omfattning, '') <> 'summa'
        ) as kostnad_kr,
        -- The most that is told: kvantifierat, kvalitativt, ej_angivet.
        max(case when beslut = 'avvisad' then 'ej_angivet' else resultatstatus end)
        filter (where typ = 'resultat' and avgjord) as resultat
    from {{ ref('int_kodning_avgjord') }}
    where typ in ('kostnad', 'resultat')
    group by all
)

select
    omraden.ar,
    omraden.overenskommelse,
    omraden.region_kod,
    regioner.region,
    cast(omraden.omrade as integer) as omrade,
    fragade.etikett as omrade_namn,
    cast(case when kodade.insatser_bedomda then coalesce(insatser.antal, 0) end as integer) as antal_insatser,
    case when celler.kostnad_oenig then 'oenig' else coalesce(celler.kostnader, 'ej_bedomd') end as kostnader,
    cast(celler.kostnad_kr as bigint) as kostnad_kr,
    case
        when celler.resultat = 'kvantifierat' or insatser.kvantifierade > 0 then 'kvantifierat'
        when celler.resultat = 'kvalitativt' or insatser.kvalitativa > 0 then 'kvalitativt'
        when celler.resultat_oenigt then 'oenig'
        when celler.resultat is not null or insatser.antal > 0 then 'ej_angivet'
        else 'ej_bedomd'
    end as resultat
from omraden
inner join {{ ref('regioner') }} as regioner
    on omraden.region_kod = regioner.region_kod
left join {{ ref('int_omraden_numrerade') }} as fragade
    on
        omraden.overenskommelse = fragade.overenskommelse
        and omraden.ar = fragade.ar
        and omraden.omrade = fragade.omrade
left join kodade
    on
        omraden.ar = kodade.ar
        and omraden.overenskommelse = kodade.overenskommelse
        and omraden.region_kod = kodade.region_kod
left join insatser
    on
        omraden.ar = insatser.ar
        and omraden.overenskommelse = insatser.overenskommelse
        and omraden.region_kod = insatser.region_kod
        and omraden.omrade = insatser.omrade
left join celler
    on
        omraden.ar = celler.ar
        and omraden.overenskommelse = celler.overenskommelse
        and omraden.region_kod = celler.region_kod
        and omraden.omrade = celler.omrade
where omraden.omrade > 0 or celler.kostnader is not null
order by omraden.ar, omraden.overenskommelse, regioner.ordning_alfabetisk, omraden.omrade
