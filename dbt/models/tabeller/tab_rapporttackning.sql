select
    rapporttackning.ar,
    rapporttackning.overenskommelse,
    rapporttackning.region_kod,
    rapporttackning.region,
    rapporttackning.omrade,
    case when rapporttackning.omrade = 0 then 'Inget angivet' else rapporttackning.omrade_namn end as omrade_namn,
    rapporttackning.antal_insatser,
    {{ klartext('rapporttackning.kostnader') }} as kostnader,
    rapporttackning.kostnad_kr,
    rapporttackning.resultat,
    row_number() over (
        order by
            rapporttackning.ar,
            rapporttackning.overenskommelse,
            {{ regionordning('regioner') }},
            rapporttackning.omrade,
            rapporttackning.region_kod
    ) as _ordning
from {{ ref('rapporttackning') }} as rapporttackning
left join {{ ref('regioner') }} as regioner on rapporttackning.region_kod = regioner.region_kod
where rapporttackning.ar <= {{ var('ar') }}
