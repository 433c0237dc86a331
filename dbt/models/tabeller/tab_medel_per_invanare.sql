-- The population is that of the similar regions, of the latest year up to the reporting year. The country is the sum.
with folkmangd as (
    select distinct
        region_kod,
        folkmangd
    from {{ ref('region_liknande') }}
    where ar <= {{ var('ar') }}
    qualify ar = max(ar) over ()
),

med_riket as (
    select
        region_kod,
        folkmangd
    from folkmangd
    union all
    select
        '00' as region_kod,
        cast(sum(folkmangd) as bigint) as folkmangd
    from folkmangd
    having count(*) = 21
)

select
    medelsfordelning.region_kod,
    coalesce({{ regionnamn('regioner') }}, 'Riket') as region,
    medelsfordelning.belopp_tryckt,
    medelsfordelning.belopp_vidare,
    medelsfordelning.belopp_tryckt - medelsfordelning.belopp_vidare as belopp_egna,
    med_riket.folkmangd,
    medelsfordelning.belopp_tryckt / med_riket.folkmangd as belopp_per_invanare,
    row_number() over (
        order by {{ regionordning('regioner') }} nulls first, medelsfordelning.region_kod
    ) as _ordning
from {{ ref('medelsfordelning') }} as medelsfordelning
left join med_riket on medelsfordelning.region_kod = med_riket.region_kod
left join {{ ref('regioner') }} as regioner on medelsfordelning.region_kod = regioner.region_kod
where
    medelsfordelning.ar = {{ var('ar') }}
    and medelsfordelning.tabell = 'Bilaga 2'
    and medelsfordelning.post = 'totalt'
