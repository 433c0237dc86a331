select
    svarsfrekvens.undersokning,
    svarsfrekvens.grupp_kod,
    coalesce(regioner.region, 'Riket') as region,
    svarsfrekvens.forvantade,
    svarsfrekvens.inkomna,
    svarsfrekvens.svarsfrekvens,
    row_number() over (
        order by {{ regionordning('regioner') }} nulls first, svarsfrekvens.undersokning, svarsfrekvens.grupp_kod
    ) as _ordning
from {{ ref('svarsfrekvens') }} as svarsfrekvens
left join {{ ref('regioner') }} as regioner on svarsfrekvens.grupp_kod = regioner.region_kod
where
    svarsfrekvens.kalla = 'kommunenkat'
    and svarsfrekvens.niva = 'region'
    and svarsfrekvens.undersokning = 'kommunenkat_' || ({{ var('ar') }} - 1)
