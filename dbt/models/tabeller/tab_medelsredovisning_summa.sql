select
    medelsredovisning_summa.ar,
    medelsredovisning_summa.overenskommelse,
    overenskommelser.namn,
    medelsredovisning_summa.respondent_typ,
    medelsredovisning_summa.redovisningar,
    medelsredovisning_summa.ej_jamforbara,
    medelsredovisning_summa.erhallet,
    medelsredovisning_summa.kostnader,
    medelsredovisning_summa.oforbrukat,
    medelsredovisning_summa.varde_status,
    row_number() over (
        order by
            medelsredovisning_summa.ar,
            overenskommelser.namn,
            medelsredovisning_summa.overenskommelse,
            medelsredovisning_summa.respondent_typ
    ) as _ordning
from {{ ref('medelsredovisning_summa') }} as medelsredovisning_summa
inner join {{ ref('overenskommelser') }} as overenskommelser
    on medelsredovisning_summa.overenskommelse = overenskommelser.overenskommelse
where medelsredovisning_summa.ar between {{ var('ar') }} - 1 and {{ var('ar') }}
