select
    medelsredovisning.ar,
    medelsredovisning.overenskommelse,
    overenskommelser.namn,
    medelsredovisning.mottagare,
    medelsredovisning.mottagare_namn,
    medelsredovisning.tilldelat,
    medelsredovisning.tilldelat_vidare,
    medelsredovisning.rekvirerat,
    medelsredovisning.erhallet,
    medelsredovisning.kostnader,
    medelsredovisning.kostnadsposter,
    medelsredovisning.oforbrukat_redovisat,
    medelsredovisning.oforbrukat_beraknat,
    medelsredovisning.aterbetalas,
    medelsredovisning.granskning,
    medelsredovisning.rekvisition_i_tid,
    medelsredovisning.redovisning_i_tid,
    coalesce(medelsredovisning.rekvisition_undertecknad, true)
    and coalesce(medelsredovisning.redovisning_undertecknad, true) as undertecknat,
    medelsredovisning.diarienummer_stammer,
    medelsredovisning.overenskommelsen_galler,
    medelsredovisning.over_tilldelat,
    medelsredovisning.jamforbar,
    row_number() over (
        order by
            medelsredovisning.ar,
            overenskommelser.namn,
            len(medelsredovisning.mottagare),
            medelsredovisning.mottagare_namn,
            medelsredovisning.overenskommelse,
            medelsredovisning.mottagare
    ) as _ordning
from {{ ref('medelsredovisning') }} as medelsredovisning
inner join {{ ref('overenskommelser') }} as overenskommelser
    on medelsredovisning.overenskommelse = overenskommelser.overenskommelse
where medelsredovisning.ar between {{ var('ar') }} - 1 and {{ var('ar') }}
