-- Printed: what the key of the money for child health care was made from, and the amounts that it led to there.
with celler as (
    select
        region_kod,
        cast(any_value(varde) filter (where kolumn = 'barn_0_6') as bigint) as barn_0_6,
        cast(any_value(varde) filter (where kolumn = 'lag_inkomststandard') as bigint) as lag_inkomststandard,
        cast(any_value(varde) filter (where kolumn = 'fodda_utanfor_eu') as bigint) as fodda_utanfor_eu,
        cast(any_value(varde) filter (where kolumn = 'over_65_ensamboende') as bigint) as over_65_ensamboende,
        cast(any_value(varde) filter (where kolumn = 'ensamstaende_foralder') as bigint) as ensamstaende_foralder,
        cast(any_value(varde) filter (where kolumn = 'inflyttade') as bigint) as inflyttade,
        cast(any_value(varde) filter (where kolumn = 'arbetslosa') as bigint) as arbetslosa,
        cast(any_value(varde) filter (where kolumn = 'lagutbildade') as bigint) as lagutbildade,
        cast(any_value(varde) filter (where kolumn = 'relativt_cni') as double) as relativt_cni,
        cast(any_value(varde) filter (where kolumn = 'barnhalsovard') as bigint) as belopp_tryckt
    from {{ ref('medelstabeller') }}
    where ar = {{ var('ar') }} and tabell = 'Bilaga 4'
    group by region_kod
)

select
    celler.region_kod,
    coalesce({{ regionnamn('regioner') }}, 'Riket') as region,
    celler.barn_0_6,
    celler.lag_inkomststandard,
    celler.fodda_utanfor_eu,
    celler.over_65_ensamboende,
    celler.ensamstaende_foralder,
    celler.inflyttade,
    celler.arbetslosa,
    celler.lagutbildade,
    celler.relativt_cni,
    celler.belopp_tryckt,
    row_number() over (order by {{ regionordning('regioner') }} nulls first, celler.region_kod) as _ordning
from celler
left join {{ ref('regioner') }} as regioner on celler.region_kod = regioner.region_kod
