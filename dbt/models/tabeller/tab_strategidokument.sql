select
    strategidokument.region_kod,
    strategidokument.region,
    strategidokument.ar,
    strategidokument.dokument,
    strategidokument.status,
    strategidokument.varde_status,
    row_number() over (
        order by {{ regionordning('regioner') }}, strategidokument.ar, strategidokument.region_kod
    ) as _ordning
from {{ ref('strategidokument') }} as strategidokument
left join {{ ref('regioner') }} as regioner on strategidokument.region_kod = regioner.region_kod
where strategidokument.ar <= {{ var('ar') }}
