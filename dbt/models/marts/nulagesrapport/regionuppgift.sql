-- Every field of the code frame that is of the agreement's template, for every region with a report or a coding. What
-- nobody has judged is ej_bedomd.
with rapporterande as (
    select
        region_kod,
        overenskommelse,
        ar
    from {{ ref('stg_nulagesrapport__rapporter') }}

    union

    select
        region_kod,
        overenskommelse,
        ar
    from {{ ref('stg_kodning__rader') }}
),

uppgifter as (
    select
        *,
        case
            when not avgjord then 'oenig'
            when beslut = 'avvisad' then 'ej_angivet'
            when forekomst = 'angivet' and varde in ('ja', 'nej') then varde
            else coalesce(forekomst, 'ej_bedomd')
        end as tillstand
    from {{ ref('int_kodning_avgjord') }}
    where typ = 'uppgift'
)

select
    rapporterande.ar,
    rapporterande.overenskommelse,
    rapporterande.region_kod,
    regioner.region,
    kodram.tema,
    kodram.falt,
    kodram.etikett as uppgift,
    case when uppgifter.tillstand in ('ja', 'nej', 'angivet') then uppgifter.varde end as varde,
    coalesce(uppgifter.tillstand, 'ej_bedomd') as tillstand,
    case when uppgifter.avgjord then uppgifter.citat end as citat,
    cast(case when uppgifter.avgjord then uppgifter.rad_fran end as integer) as rad_fran,
    cast(case when uppgifter.avgjord then uppgifter.rad_till end as integer) as rad_till,
    cast(coalesce(uppgifter.antal_kodare, 0) as integer) as antal_kodare,
    uppgifter.kodare,
    uppgifter.kodningsdatum,
    uppgifter.kodram,
    uppgifter._leverans_id as leverans_id
from rapporterande
inner join {{ ref('regioner') }} as regioner
    on rapporterande.region_kod = regioner.region_kod
inner join {{ ref('overenskommelser') }} as overenskommelser
    on rapporterande.overenskommelse = overenskommelser.overenskommelse
inner join {{ ref('kodram') }} as kodram
    on overenskommelser.mall = kodram.mall
left join uppgifter
    on
        rapporterande.region_kod = uppgifter.region_kod
        and rapporterande.overenskommelse = uppgifter.overenskommelse
        and rapporterande.ar = uppgifter.ar
        and kodram.falt = uppgifter.falt
order by rapporterande.ar, rapporterande.overenskommelse, regioner.ordning_alfabetisk, kodram.falt
