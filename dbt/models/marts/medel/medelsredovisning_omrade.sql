with delade as (
    unpivot {{ ref('stg_ekonomisk_redovisning__blanketter') }}
    on
    kostnad_nara_vard,
    kostnad_barnhalsovard,
    kostnad_vardens_medarbetare,
    kostnad_vision_ehalsa
    into name kolumn value belopp
)

select
    delade.overenskommelse,
    delade.ar,
    delade.mottagare,
    respondenter.respondent as mottagare_namn,
    substr(delade.kolumn, len('kostnad_') + 1) as omrade,
    delade.belopp as kostnader,
    delade._leverans_id as leverans_id
from delade
inner join {{ ref('int_respondenter') }} as respondenter
    on delade.mottagare = respondenter.respondent_kod
order by delade.overenskommelse, delade.ar, delade.mottagare, delade.kolumn
