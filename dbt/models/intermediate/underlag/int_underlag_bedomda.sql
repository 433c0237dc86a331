-- Which municipalities' free text and interviews somebody has judged, with or without a code.
select
    material,
    fraga,
    kommun_kod,
    any_value(region_kod) as region_kod,
    any_value(ar) as ar
from {{ ref('stg_underlag__rader') }}
where slag = 'kodning'
group by material, fraga, kommun_kod
