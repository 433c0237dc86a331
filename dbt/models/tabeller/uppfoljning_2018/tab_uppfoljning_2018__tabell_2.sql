with belopp as (
    -- The money to the regions is one row in print, whichever agreement it is of.
    select
        case when post = 'personalmiljarderna' then 'stimulansmedel' else post end as post,
        overenskommelse,
        belopp_tryckt
    from {{ ref('medelsfordelning') }}
    where ar = {{ var('ar') }} and tabell = 'Tabell 2' and region_kod = '00'
),

rader as (
    select
        post,
        overenskommelse,
        belopp_tryckt as belopp
    from belopp

    union all

    select
        post,
        'totalt' as overenskommelse,
        cast(sum(belopp_tryckt) as bigint) as belopp
    from belopp
    group by post
)

select
    post,
    overenskommelse,
    belopp,
    row_number() over (
        order by
            list_position(['stimulansmedel', 'specialistutbildning', 'skl', 'totalt'], post),
            list_position(['professionsmiljarden_2017', 'personalmiljarderna_2018', 'totalt'], overenskommelse)
    ) as _ordning
from rader
