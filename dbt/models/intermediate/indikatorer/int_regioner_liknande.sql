-- The four regions nearest to each region in population (ratio), by the latest year that has all regions.
with folkmangd as (
    select
        region_kod,
        ar,
        antal
    from {{ ref('stg_befolkning__folkmangd') }}
    where kon = 'T' and region_kod <> '00' and antal > 0
    qualify
        count(*) over (partition by ar) = {{ antal_i_kraft('regioner') }}
        and rank() over (order by ar desc) = 1
)

select
    region.region_kod,
    region.ar,
    region.antal as folkmangd,
    liknande.region_kod as liknande_region_kod,
    liknande.antal as liknande_folkmangd,
    row_number() over (
        partition by region.region_kod
        order by abs(ln(liknande.antal) - ln(region.antal)), liknande.region_kod
    ) as rang
from folkmangd as region
inner join folkmangd as liknande
    on region.region_kod <> liknande.region_kod
qualify rang <= 4
