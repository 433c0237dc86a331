select
    granskning_tre_dagar.region_kod,
    coalesce(regioner.region, 'Riket') as region,
    granskning_tre_dagar.serie,
    granskning_tre_dagar.utgivare,
    granskning_tre_dagar.period,
    granskning_tre_dagar.varde,
    granskning_tre_dagar.varde_foregaende,
    granskning_tre_dagar.forandring,
    granskning_tre_dagar.troskel,
    row_number() over (
        order by
            {{ regionordning('regioner') }} nulls last,
            granskning_tre_dagar.serie,
            granskning_tre_dagar.utgivare,
            granskning_tre_dagar.period,
            granskning_tre_dagar.region_kod
    ) as _ordning
from {{ ref('granskning_tre_dagar') }} as granskning_tre_dagar
left join {{ ref('regioner') }} as regioner on granskning_tre_dagar.region_kod = regioner.region_kod
where year(granskning_tre_dagar.period) = {{ var('ar') }}
