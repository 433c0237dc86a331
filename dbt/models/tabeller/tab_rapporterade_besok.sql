select
    rapporterade.region_kod,
    rapporterade.region,
    rapporterade.period,
    rapporterade.besok,
    rapporterade.antal_regioner,
    rapporterade.enheter_rapporterade,
    rapporterade.enheter_forvantade,
    row_number() over (
        order by {{ regionordning('regioner') }} nulls last, rapporterade.region_kod, rapporterade.period
    ) as _ordning
from {{ ref('rapporterade_besok') }} as rapporterade
left join {{ ref('regioner') }} as regioner on rapporterade.region_kod = regioner.region_kod
where year(rapporterade.period) = {{ var('ar') }}
