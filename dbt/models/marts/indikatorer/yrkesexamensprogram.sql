-- A change is against the year before, and there is none where that year is missing.
with rader as (
    select
        *,
        lag(antal) over serie as fore,
        lag(ar) over serie as ar_fore
    from {{ ref('stg_yrkesexamensprogram__antal') }}
    where ar <= {{ var('ar') }}
    window serie as (partition by region_kod, kon, program, matt order by ar)
)

select
    cast(rader.ar as integer) as ar,
    rader.region_kod,
    coalesce(regioner.region, 'Riket') as region,
    rader.kon,
    rader.program,
    rader.matt,
    rader.antal,
    cast(case when rader.ar_fore = rader.ar - 1 then rader.antal - rader.fore end as bigint) as forandring,
    case when rader.ar_fore = rader.ar - 1 then 100.0 * (rader.antal - rader.fore) / nullif(rader.fore, 0) end
        as forandring_procent
from rader
left join {{ ref('regioner') }} as regioner
    on rader.region_kod = regioner.region_kod
order by rader.ar, rader.region_kod, rader.program, rader.matt, rader.kon
