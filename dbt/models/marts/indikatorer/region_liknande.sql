select
    likhet.region_kod,
    region.region,
    cast(likhet.ar as integer) as ar,
    cast(likhet.folkmangd as bigint) as folkmangd,
    cast(likhet.rang as bigint) as rang,
    likhet.liknande_region_kod,
    liknande.region as liknande_region,
    cast(likhet.liknande_folkmangd as bigint) as liknande_folkmangd
from {{ ref('int_regioner_liknande') }} as likhet
inner join {{ ref('regioner') }} as region
    on likhet.region_kod = region.region_kod
inner join {{ ref('regioner') }} as liknande
    on likhet.liknande_region_kod = liknande.region_kod
order by likhet.region_kod, likhet.rang
