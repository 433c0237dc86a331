with rader as (
    select
        region_kod,
        region,
        max(varde) filter (where matt = 'enheter_per_100000') as enheter_per_100000,
        max(varde) filter (where matt = 'inloggningar_per_invanare') as inloggningar_per_invanare
    from {{ ref('invanartjanster') }}
    where
        region_kod <> '00'
        and matt in ('enheter_per_100000', 'inloggningar_per_invanare')
        and period = date '2017-12-01'
    group by region_kod, region
)

select
    rader.region_kod,
    rader.region,
    rader.enheter_per_100000,
    rader.inloggningar_per_invanare,
    row_number() over (order by {{ regionordning('regioner') }}, rader.region_kod) as _ordning
from rader
inner join {{ ref('regioner') }} as regioner
    on rader.region_kod = regioner.region_kod
