select
    komiljard_ar.region_kod,
    coalesce(regioner.region, 'Riket') as region,
    komiljard_ar.ar,
    komiljard_ar.belopp_besok,
    komiljard_ar.belopp_operation,
    komiljard_ar.belopp,
    komiljard_ar.belopp_befolkning,
    komiljard_ar.belopp_sammanlagt,
    komiljard_ar.jamforelser,
    komiljard_ar.varde_status,
    row_number() over (
        order by {{ regionordning('regioner') }} nulls first, komiljard_ar.ar, komiljard_ar.region_kod
    ) as _ordning
from {{ ref('komiljard_ar') }} as komiljard_ar
left join {{ ref('regioner') }} as regioner on komiljard_ar.region_kod = regioner.region_kod
where komiljard_ar.variant = 'huvud' and komiljard_ar.ar between {{ var('ar') }} - 1 and {{ var('ar') }}
