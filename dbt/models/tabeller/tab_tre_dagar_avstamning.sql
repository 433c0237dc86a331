select
    avstamning_tre_dagar.region_kod,
    coalesce(regioner.region, 'Riket') as region,
    avstamning_tre_dagar.utgivare,
    avstamning_tre_dagar.beteckning,
    avstamning_tre_dagar.varde_fran,
    avstamning_tre_dagar.varde_till,
    avstamning_tre_dagar.andel,
    avstamning_tre_dagar.antal_manader,
    avstamning_tre_dagar.differens,
    avstamning_tre_dagar.manader_over_riket,
    avstamning_tre_dagar.manader_jamforda,
    avstamning_tre_dagar.andrahandsuppgift,
    avstamning_tre_dagar.kalltext,
    avstamning_tre_dagar.varde_status,
    row_number() over (
        order by
            {{ regionordning('regioner') }} nulls last, avstamning_tre_dagar.utgivare, avstamning_tre_dagar.region_kod
    ) as _ordning
from {{ ref('avstamning_tre_dagar') }} as avstamning_tre_dagar
left join {{ ref('regioner') }} as regioner on avstamning_tre_dagar.region_kod = regioner.region_kod
where avstamning_tre_dagar.ar = {{ var('ar') }}
