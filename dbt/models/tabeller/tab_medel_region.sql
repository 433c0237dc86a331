select
    medelsfordelning.region_kod,
    coalesce({{ regionnamn('regioner') }}, 'Riket') as region,
    medelsfordelning.post,
    medelsfordelning.belopp_tryckt,
    medelsfordelning.belopp_beraknat,
    medelsfordelning.avvikelse,
    row_number() over (
        order by {{ regionordning('regioner') }} nulls first, medelsfordelning.region_kod, medelsfordelning.post
    ) as _ordning
from {{ ref('medelsfordelning') }} as medelsfordelning
left join {{ ref('regioner') }} as regioner on medelsfordelning.region_kod = regioner.region_kod
where medelsfordelning.ar = {{ var('ar') }} and medelsfordelning.tabell = 'Bilaga 2'
