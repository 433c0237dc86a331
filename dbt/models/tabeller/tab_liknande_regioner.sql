select
    region_liknande.region_kod,
    coalesce(regioner.region, 'Riket') as region,
    region_liknande.ar,
    region_liknande.folkmangd,
    region_liknande.rang,
    region_liknande.liknande_region,
    region_liknande.liknande_folkmangd,
    row_number() over (
        order by {{ regionordning('regioner') }} nulls first, region_liknande.rang, region_liknande.region_kod
    ) as _ordning
from {{ ref('region_liknande') }} as region_liknande
left join {{ ref('regioner') }} as regioner on region_liknande.region_kod = regioner.region_kod
where region_liknande.ar <= {{ var('ar') }}
