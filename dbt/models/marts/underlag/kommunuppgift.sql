select
    kodade.ar,
    kodade.material,
    kodade.fraga,
    kodade.region_kod,
    regioner.region,
    kodade.kommun_kod,
    kommuner.kommun,
    kodram.tema,
    kodade.falt,
    kodram.etikett as uppgift,
    case when kodade.bedomning not in ('oenig', 'ej_angivet') then kodade.bedomning end as varde,
    case when kodade.bedomning in ('ja', 'nej', 'oenig', 'ej_angivet') then kodade.bedomning else 'angivet' end
        as tillstand,
    cast(kodade.antal_kodare as integer) as antal_kodare,
    kodade.kodare,
    kodade.kodningsdatum,
    kodade.kodram,
    kodade._leverans_id as leverans_id
from {{ ref('int_underlag_kodade') }} as kodade
inner join {{ ref('kommunkodram') }} as kodram
    on kodade.falt = kodram.falt
inner join {{ ref('kommuner') }} as kommuner
    on kodade.kommun_kod = kommuner.kommun_kod
inner join {{ ref('regioner') }} as regioner
    on kodade.region_kod = regioner.region_kod
order by kodade.ar, kodade.material, kodade.fraga, kodade.kommun_kod, kodade.falt
