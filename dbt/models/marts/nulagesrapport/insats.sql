select
    kodning.ar,
    kodning.overenskommelse,
    kodning.region_kod,
    regioner.region,
    cast(row_number() over (
        partition by kodning.ar, kodning.overenskommelse, kodning.region_kod
        order by kodning.rad_fran, kodning.enhet
    ) as integer) as insats_nr,
    cast(kodning.omrade as integer) as omrade,
    kodning.text as insats,
    kodning.status,
    cast(kodning.ar_fran as integer) as ar_fran,
    cast(kodning.ar_till as integer) as ar_till,
    kodning.omfattning,
    kodning.malgrupp,
    kodning.part,
    kodning.tema,
    kodning.syfte,
    kodning.mal,
    case when kodning.kostnadsstatus = 'belopp' then kodning.kostnad_kr end as kostnad_kr,
    coalesce(kodning.kostnadsstatus, 'ej_angivet') as kostnadsstatus,
    coalesce(kodning.resultatstatus, 'ej_angivet') as resultatstatus,
    kodning.citat,
    cast(kodning.rad_fran as integer) as rad_fran,
    cast(kodning.rad_till as integer) as rad_till,
    kodning.kodare,
    kodning.kodningsdatum,
    kodning.kodram,
    kodning._leverans_id as leverans_id
from {{ ref('int_kodning_avgjord') }} as kodning
inner join {{ ref('regioner') }} as regioner
    on kodning.region_kod = regioner.region_kod
where kodning.typ = 'insats' and kodning.avgjord and kodning.beslut <> 'avvisad'
order by kodning.ar, kodning.overenskommelse, regioner.ordning_alfabetisk, insats_nr
