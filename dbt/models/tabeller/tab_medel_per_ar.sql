select
    medelsfordelning.serie,
    medelsfordelning.ar,
    medelsfordelning.overenskommelse,
    overenskommelser.namn,
    medelsfordelning.omrade,
    omraden.etikett as omradesnamn,
    medelsfordelning.post,
    medelsfordelning.etikett,
    medelsfordelning.mottagartyp,
    medelsfordelning.belopp_tryckt,
    row_number() over (
        order by
            list_position(
                [
                    'nara_vard',
                    'barnhalsovard',
                    'vardens_medarbetare',
                    'specialistutbildning',
                    'vision_ehalsa',
                    'tillganglighet',
                    'skr',
                    'totalt'
                ],
                medelsfordelning.serie
            ),
            medelsfordelning.ar asc,
            overenskommelser.namn asc,
            medelsfordelning.belopp_tryckt desc,
            medelsfordelning.overenskommelse asc,
            medelsfordelning.post asc
    ) as _ordning
from {{ ref('medelsfordelning') }} as medelsfordelning
inner join {{ ref('overenskommelser') }} as overenskommelser
    on medelsfordelning.overenskommelse = overenskommelser.overenskommelse
left join {{ ref('omraden') }} as omraden
    on medelsfordelning.overenskommelse = omraden.overenskommelse and medelsfordelning.omrade = omraden.omrade
where medelsfordelning.serie is not null and medelsfordelning.ar <= {{ var('ar') }}
