select
    ar,
    overenskommelse,
    coalesce(cast(omrade as varchar), 'alla') as omrade,
    case when omrade is null then 'Alla' when omrade = 0 then 'Inget angivet' else omrade_namn end as omrade_namn,
    bas,
    antal_rapporter,
    med_insatser,
    antal_insatser,
    kostnad_kr,
    kostnad_antal_regioner,
    kostnad_bedomd,
    resultat_kvantifierat,
    resultat_kvalitativt,
    resultat_bedomt,
    varde_status,
    row_number() over (
        order by ar, overenskommelse, omrade is null, omrade
    ) as _ordning
from {{ ref('rapportsumma') }}
where ar <= {{ var('ar') }}
