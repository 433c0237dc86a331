-- For each report and area (0: the report as a whole, for an amount that it gives no area): are measures, costs and
-- results told, and how. What nobody has judged is ej_bedomd.
with omraden as (
    select
        rapporter.ar,
        rapporter.overenskommelse,
        rapporter.region_kod,
        omrade.omrade
    from {{ ref('stg_nulagesrapport__rapporter') }} as rapporter
    cross join (values (0), (1), (2), (3)) as omrade (omrade)
    where rapporter.gallande
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

kostnader as (
    select
        ar,
        overenskommelse,
        region_kod,
        omrade,
        string_agg(kostnadsstatus, ';' order by kostnadsstatus) as tillstand,
        sum(case when kostnadsstatus = 'belopp' then kostnad_kr end) as kostnad_kr
    from {{ ref('int_kodning_avgjord') }}
    where typ = 'kostnad' and avgjord and beslut <> 'avvisad'
    group by all
)

select
    omraden.ar,
    omraden.overenskommelse,
    omraden.region_kod,
    regioner.region,
    omraden.omrade,
    cast(coalesce(insatser.antal, 0) as integer) as antal_insatser,
    coalesce(kostnader.tillstand, 'ej_bedomd') as kostnader,
    cast(kostnader.kostnad_kr as bigint) as kostnad_kr,
    case
        when insatser.kvantifierade > 0 then 'kvantifierat'
        when insatser.kvalitativa > 0 then 'kvalitativt'
        when insatser.antal > 0 then 'ej_angivet'
        else 'ej_bedomd'
    end as resultat
from omraden
inner join {{ ref('regioner') }} as regioner
    on omraden.region_kod = regioner.region_kod
left join insatser
    on
        omraden.ar = insatser.ar
        and omraden.overenskommelse = insatser.overenskommelse
        and omraden.region_kod = insatser.region_kod
        and omraden.omrade = insatser.omrade
left join kostnader
    on
        omraden.ar = kostnader.ar
        and omraden.overenskommelse = kostnader.overenskommelse
        and omraden.region_kod = kostnader.region_kod
        and omraden.omrade = kostnader.omrade
where omraden.omrade > 0 or kostnader.tillstand is not null
order by omraden.ar, omraden.overenskommelse, regioner.ordning_alfabetisk, omraden.omrade
