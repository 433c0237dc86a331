-- The points that each report is asked about, with what its coding says: those of its agreement and of the agreements
-- that are answered in the same report, in the years that each is in force. A row per report and point.
with fragade as (
    select
        avtal.overenskommelse,
        avtal.ar,
        punkter.omrade,
        punkter.punkt,
        punkter.etikett,
        punkter.krav,
        punkter.kallrad
    from {{ ref('int_avtal_redovisade') }} as avtal
    inner join {{ ref('punkter') }} as punkter
        on avtal.del = punkter.overenskommelse
),

kodade as (
    select
        *,
        case
            when not avgjord then 'oenig'
            when beslut = 'avvisad' then 'ej_angivet'
            when forekomst = 'angivet' then coalesce(varde, 'besvarad')
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
    regioner.ordning_alfabetisk,
    fragade.omrade,
    fragade.punkt,
    fragade.etikett,
    fragade.krav,
    fragade.kallrad,
    coalesce(kodade.tillstand, 'ej_bedomd') as tillstand,
    kodade.citat,
    kodade.rad_fran,
    kodade.rad_till,
    kodade.kodare,
    kodade.kodningsdatum,
    rapporter._leverans_id
from {{ ref('stg_nulagesrapport__rapporter') }} as rapporter
inner join {{ ref('regioner') }} as regioner
    on rapporter.region_kod = regioner.region_kod
inner join fragade
    on rapporter.overenskommelse = fragade.overenskommelse and rapporter.ar = fragade.ar
left join kodade
    on
        rapporter.ar = kodade.ar
        and rapporter.overenskommelse = kodade.overenskommelse
        and rapporter.region_kod = kodade.region_kod
        and fragade.punkt = kodade.falt
where rapporter.gallande
