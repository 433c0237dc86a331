-- How many regions tell of a measure within a theme, whatever area they report it under; status alla is any of them.
with bedomda as (
    select
        ar,
        overenskommelse,
        count(distinct region_kod) as antal
    from {{ ref('int_kodning_avgjord') }}
    where typ = 'insats'
    group by ar, overenskommelse
),

teman as (
    select
        ar,
        overenskommelse,
        region_kod,
        region,
        status,
        unnest(string_split(tema, ';')) as tema
    from {{ ref('insats') }}
),

per_status as (
    select * from teman
    where status is not null

    union all

    select * replace ('alla' as status)
    from teman
),

raknade as (
    select
        ar,
        overenskommelse,
        tema,
        status,
        count(*) as antal_insatser,
        count(distinct region_kod) as antal,
        array_to_string(list_sort(list(distinct region)), ', ') as regioner
    from per_status
    group by ar, overenskommelse, tema, status
)

select
    raknade.ar,
    raknade.overenskommelse,
    raknade.tema,
    raknade.status,
    cast(bedomda.antal as integer) as antal_bedomda,
    cast(raknade.antal as integer) as antal,
    {{ andel('raknade.antal', 'bedomda.antal') }} as andel,
    cast(raknade.antal_insatser as integer) as antal_insatser,
    raknade.regioner
from raknade
inner join bedomda
    on
        raknade.ar = bedomda.ar
        and raknade.overenskommelse = bedomda.overenskommelse
order by raknade.ar, raknade.overenskommelse, raknade.tema, raknade.status
