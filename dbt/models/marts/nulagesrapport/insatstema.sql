-- How many regions tell of a measure within a theme, whatever area they report it under; status alla is any of them.
-- Counted when every region's measures are judged, all that are proposed: until then a row says of how many they are.
with alla as (
    select {{ antal_i_kraft('regioner') }} as antal
),

lasta as (
    select
        kodade.ar,
        kodade.overenskommelse,
        any_value(alla.antal) as bas,
        count(
            distinct case when coalesce(obedomda.insatser_obedomda, 0) = 0 then kodade.region_kod end
        ) as antal_lasta
    from {{ ref('int_kodning_avgjord') }} as kodade
    cross join alla
    left join {{ ref('int_kodning_obedomda') }} as obedomda
        on
            kodade.region_kod = obedomda.region_kod
            and kodade.overenskommelse = obedomda.overenskommelse
            and kodade.ar = obedomda.ar
    where kodade.typ = 'insats'
    group by kodade.ar, kodade.overenskommelse
),

bedomda as (
    select
        ar,
        overenskommelse,
        bas,
        antal_lasta as antal,
        {{ bas_nadd('antal_lasta', 'bas', 'null') }} as raknad
    from lasta
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
    cast(bedomda.bas as integer) as bas,
    cast(bedomda.antal as integer) as antal_bedomda,
    case when bedomda.raknad then cast(raknade.antal as integer) end as antal,
    case when bedomda.raknad then {{ andel('raknade.antal', 'bedomda.antal') }} end as andel,
    case when bedomda.raknad then cast(raknade.antal_insatser as integer) end as antal_insatser,
    case when bedomda.raknad then raknade.regioner end as regioner,
    case when not bedomda.raknad then 'x' end as varde_status
from raknade
inner join bedomda
    on
        raknade.ar = bedomda.ar
        and raknade.overenskommelse = bedomda.overenskommelse
order by raknade.ar, raknade.overenskommelse, raknade.tema, raknade.status
