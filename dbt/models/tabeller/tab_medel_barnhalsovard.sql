-- Printed: what the key of the money for child health care was made from, and the amounts that it led to there.
{% set antal = [
    'barn_0_6',
    'lag_inkomststandard',
    'fodda_utanfor_eu',
    'over_65_ensamboende',
    'ensamstaende_foralder',
    'inflyttade',
    'arbetslosa',
    'lagutbildade',
] %}
with celler as (
    select
        region_kod,
        {% for kolumn in antal -%}
            cast(any_value(varde) filter (where kolumn = '{{ kolumn }}') as bigint) as {{ kolumn }},
        {% endfor -%}
        cast(any_value(varde) filter (where kolumn = 'relativt_cni') as double) as relativt_cni,
        cast(any_value(varde) filter (where kolumn = 'barnhalsovard') as bigint) as belopp_tryckt
    from {{ ref('medelstabeller') }}
    where ar = {{ var('ar') }} and tabell = 'Bilaga 4'
    group by region_kod
)

select
    celler.region_kod,
    coalesce({{ regionnamn('regioner') }}, 'Riket') as region,
    {% for kolumn in antal -%}
        celler.{{ kolumn }},
    {% endfor -%}
    celler.relativt_cni,
    celler.belopp_tryckt,
    row_number() over (order by {{ regionordning('regioner') }} nulls first, celler.region_kod) as _ordning
from celler
left join {{ ref('regioner') }} as regioner on celler.region_kod = regioner.region_kod
