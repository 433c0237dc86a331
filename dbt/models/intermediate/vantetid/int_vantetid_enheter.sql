with manader as (
    select period
    from {{ ref('int_vantetid_manader') }}

    union

    select period
    from {{ ref('int_leveranskrav_fordelade') }}
    where kalla = 'vantetid_primarvard'
)

select
    manader.period,
    enheter.region_kod,
    enheter.vardenhet_id,
    max_by(enheter.agarform, (enheter.giltig_fran, enheter.agarform)) as agarform
from manader
inner join {{ ref('stg_enhetsregister__enheter') }} as enheter
    on
        last_day(manader.period) >= enheter.giltig_fran
        and manader.period <= enheter.giltig_till
group by manader.period, enheter.region_kod, enheter.vardenhet_id
