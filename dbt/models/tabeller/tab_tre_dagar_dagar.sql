select
    matt.region_kod,
    coalesce(regioner.region, 'Riket') as region,
    matt.period,
    cast(matt.dagar_till as varchar) as dagar_till,
    matt.inom,
    matt.bedomningar,
    matt.andel,
    matt.varde_status,
    row_number() over (
        order by {{ regionordning('regioner') }} nulls last, matt.region_kod, matt.period, matt.dagar_till
    ) as _ordning
from {{ ref('medicinsk_bedomning_dagar') }} as matt
left join {{ ref('regioner') }} as regioner on matt.region_kod = regioner.region_kod
where matt.niva in ('riket', 'region') and matt.kon = 'T' and year(matt.period) = {{ var('ar') }}
