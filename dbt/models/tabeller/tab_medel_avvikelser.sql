select
    medelsfordelning.ar,
    medelsfordelning.overenskommelse,
    overenskommelser.namn,
    medelsfordelning.tabell,
    medelsfordelning.post,
    medelsfordelning.etikett,
    medelsfordelning.region_kod,
    medelsfordelning.region,
    medelsfordelning.belopp_tryckt,
    medelsfordelning.belopp_beraknat,
    medelsfordelning.avvikelse,
    medelsfordelning.orsak,
    medelsfordelning.kallfel,
    medelsfordelning.forklaring,
    row_number() over (
        order by
            medelsfordelning.ar,
            overenskommelser.namn,
            medelsfordelning.overenskommelse,
            medelsfordelning.tabell,
            medelsfordelning.post,
            medelsfordelning.region_kod
    ) as _ordning
from {{ ref('medelsfordelning') }} as medelsfordelning
left join {{ ref('overenskommelser') }} as overenskommelser
    on medelsfordelning.overenskommelse = overenskommelser.overenskommelse
where medelsfordelning.orsak is not null and medelsfordelning.ar <= {{ var('ar') }}
