with belopp as (
    select
        region_kod,
        post,
        belopp_tryckt,
        belopp_beraknat,
        avvikelse
    from {{ ref('medelsfordelning') }}
    where ar = {{ var('ar') }} and tabell = 'Bilaga 2'
),

rader as (
    select * from belopp

    union all

    -- What a region has of both agreements, which the appendix does not add up.
    select
        region_kod,
        'totalt' as post,
        sum(belopp_tryckt) as belopp_tryckt,
        sum(belopp_beraknat) as belopp_beraknat,
        sum(avvikelse) as avvikelse
    from belopp
    group by region_kod
)

select
    rader.region_kod,
    coalesce({{ regionnamn('regioner') }}, 'Totalt') as region,
    rader.post,
    cast(rader.belopp_tryckt as bigint) as belopp_tryckt,
    cast(rader.belopp_beraknat as bigint) as belopp_beraknat,
    cast(rader.avvikelse as bigint) as avvikelse,
    row_number() over (
        order by {{ regionordning('regioner') }} nulls last, rader.region_kod, rader.post
    ) as _ordning
from rader
left join {{ ref('regioner') }} as regioner on rader.region_kod = regioner.region_kod
