select
    webbtidbok.period,
    webbtidbok.region_kod,
    coalesce(regioner.region, 'Riket') as region,
    webbtidbok.visa_tid,
    webbtidbok.boka_tid,
    webbtidbok.varde_status,
    row_number() over (
        order by {{ regionordning('regioner') }} nulls first, webbtidbok.period, webbtidbok.region_kod
    ) as _ordning
from {{ ref('webbtidbok') }} as webbtidbok
left join {{ ref('regioner') }} as regioner on webbtidbok.region_kod = regioner.region_kod
where webbtidbok.period = make_date({{ var('ar') }}, 3, 1)
