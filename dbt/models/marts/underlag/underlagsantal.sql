-- How much there is of each kind of material, in all and by what tells its rows apart.
with rader as (
    select
        slag,
        ar,
        avser,
        aktor,
        case when slag = 'intervju' then case when fallstudie then 'ja' else 'nej' end end as fallstudie,
        genomforande,
        form,
        roll,
        omrade,
        tema,
        granskning,
        fraga
    from {{ ref('stg_underlag__rader') }}
    where slag <> 'publicerad'
),

indelade as (
    {% for indelning in ['fallstudie', 'genomforande', 'form', 'roll', 'omrade', 'tema', 'granskning', 'fraga'] -%}
        select
            ar,
            slag,
            avser,
            aktor,
            '{{ indelning }}' as indelning,
            {{ indelning }} as grupp
        from rader
        where {{ indelning }} is not null

        union all

    {% endfor -%}
    select
        ar,
        slag,
        avser,
        aktor,
        'alla' as indelning,
        'alla' as grupp
    from rader
)

select
    ar,
    slag,
    avser,
    indelning,
    grupp,
    cast(count(*) as integer) as antal,
    cast(nullif(count(distinct aktor), 0) as integer) as antal_aktorer,
    cast(case avser
        when 'region' then {{ antal_i_kraft('regioner') }}
        when 'kommun' then {{ antal_i_kraft('kommuner') }}
    end as integer) as antal_mojliga
from indelade
group by ar, slag, avser, indelning, grupp
order by ar asc, slag asc, avser asc, indelning asc, antal desc, grupp asc
