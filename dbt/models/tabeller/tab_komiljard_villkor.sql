with utfall as (
    select
        region_kod,
        region,
        ar,
        villkor,
        case
            when bool_or(utfall = 'underkand') then 'underkand'
            when bool_and(utfall = 'godkand') then 'godkand'
            when bool_and(utfall = 'ej_kord') then 'ej_kord'
            else 'inga_data'
        end as sammantaget,
        count(*) filter (where utfall = 'godkand') as godkanda,
        count(*) filter (where utfall = 'underkand') as underkanda,
        count(*) filter (where utfall = 'inga_data') as utan_data,
        count(*) filter (where utfall = 'ej_kord') as ej_korda
    from {{ ref('komiljard_villkor') }}
    where ar between {{ var('ar') }} - 1 and {{ var('ar') }}
    group by region_kod, region, ar, villkor
)

select
    utfall.region_kod,
    utfall.region,
    utfall.ar,
    utfall.villkor,
    utfall.sammantaget,
    utfall.godkanda,
    utfall.underkanda,
    utfall.utan_data,
    utfall.ej_korda,
    row_number() over (
        order by
            {{ regionordning('regioner') }},
            list_position(
                ['svarsfrekvens', 'svarsfrekvens_faktisk', 'fem_veckor', 'nulagesrapport'], utfall.villkor
            ),
            utfall.ar,
            utfall.region_kod
    ) as _ordning
from utfall
left join {{ ref('regioner') }} as regioner on utfall.region_kod = regioner.region_kod
