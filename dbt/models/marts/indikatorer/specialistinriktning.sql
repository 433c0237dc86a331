-- How many regions granted support for a specialty: as given for the country, otherwise counted among those that
-- answered.
with raknade as (
    select
        ar,
        termin,
        inriktning,
        coalesce(
            max(antal_regioner) filter (where region_kod = '00'),
            count(distinct region_kod) filter (where region_kod <> '00' and antal > 0)
        ) as antal_regioner,
        bool_or(region_kod = '00') as for_riket
    from {{ ref('int_regionenkat_valda') }}
    where inriktning <> 'alla' and ar <= {{ var('ar') }}
    group by ar, termin, inriktning
),

bas as (
    select {{ antal_i_kraft('regioner') }} as bas
)

select
    cast(raknade.ar as integer) as ar,
    raknade.termin,
    raknade.inriktning,
    cast(raknade.antal_regioner as bigint) as antal_regioner,
    bas.bas,
    {{ kvantifierare('raknade.antal_regioner', 'bas.bas') }} as kvantifierare,
    case when raknade.for_riket then 'riket' else 'regioner' end as raknat_ur
from raknade
cross join bas
order by raknade.ar, raknade.termin, raknade.inriktning
