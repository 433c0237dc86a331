-- Over recipients only where every report is comparable; otherwise the sum is withheld, and how many are not is told.
select
    overenskommelse,
    ar,
    {{ respondent_typ('mottagare') }} as respondent_typ,
    count(*) as redovisningar,
    count(*) filter (where not jamforbar) as ej_jamforbara,
    case when bool_and(jamforbar) then cast(sum(erhallet) as bigint) end as erhallet,
    case when bool_and(jamforbar) then cast(sum(kostnader) as bigint) end as kostnader,
    case when bool_and(jamforbar) then cast(sum(oforbrukat_beraknat) as bigint) end as oforbrukat,
    case when not bool_and(jamforbar) then 'z' end as varde_status
from {{ ref('medelsredovisning') }}
where erhallet is not null
group by overenskommelse, ar, {{ respondent_typ('mottagare') }}
order by overenskommelse, ar, respondent_typ
