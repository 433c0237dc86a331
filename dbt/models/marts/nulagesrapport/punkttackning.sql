-- Which of the agreement's points each report answers. What nobody has judged is ej_bedomd.
with kodade as (
    select
        *,
        case
            when not avgjord then 'oenig'
            when beslut = 'avvisad' then 'ej_angivet'
            when forekomst = 'angivet' then 'besvarad'
            else coalesce(forekomst, 'ej_bedomd')
        end as tillstand
    from {{ ref('int_kodning_avgjord') }}
    where typ = 'tackning'
)

select
    rapporter.ar,
    rapporter.overenskommelse,
    rapporter.region_kod,
    regioner.region,
    punkter.omrade,
    punkter.punkt,
    punkter.etikett,
    coalesce(kodade.tillstand, 'ej_bedomd') as tillstand,
    case when kodade.tillstand = 'besvarad' then kodade.citat end as citat,
    cast(case when kodade.tillstand = 'besvarad' then kodade.rad_fran end as integer) as rad_fran,
    cast(case when kodade.tillstand = 'besvarad' then kodade.rad_till end as integer) as rad_till
from {{ ref('stg_nulagesrapport__rapporter') }} as rapporter
inner join {{ ref('regioner') }} as regioner
    on rapporter.region_kod = regioner.region_kod
inner join {{ ref('punkter') }} as punkter
    on rapporter.overenskommelse = punkter.overenskommelse
left join kodade
    on
        rapporter.ar = kodade.ar
        and rapporter.overenskommelse = kodade.overenskommelse
        and rapporter.region_kod = kodade.region_kod
        and punkter.punkt = kodade.falt
where rapporter.gallande
order by rapporter.ar, rapporter.overenskommelse, regioner.ordning_alfabetisk, punkter.omrade, punkter.punkt
