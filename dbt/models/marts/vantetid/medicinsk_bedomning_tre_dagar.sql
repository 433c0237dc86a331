with saknade as (
    -- Regions that owe a month: a row that says so, and one for the country when no region has reported.
    select
        krav.period,
        grupper.niva,
        grupper.grupp_kod as region_kod
    from {{ ref('int_leveranskrav_bedomda') }} as krav
    inner join {{ ref('int_regioner_grupperade') }} as grupper
        on krav.region_kod = grupper.region_kod
    left join {{ ref('int_vantetid_skyddsnivaer') }} as nivaer
        on
            krav.period = nivaer.period
            and grupper.niva = nivaer.niva
            and grupper.grupp_kod = nivaer.region_kod
    where krav.kalla = 'vantetid_primarvard' and krav.status in ('saknas', 'avvisad', 'okand') and nivaer.period is null
    group by krav.period, grupper.niva, grupper.grupp_kod
)

select
    c.period,
    c.niva,
    c.region_kod,
    c.vardenhet_id,
    c.yrkeskategori,
    c.kon,
    {{ publicerad_cell('c.visas') }},
    case when c.visas then c.patientvald_vantan end as patientvald_vantan,
    c.antal_regioner,
    {{ varde_status('c.visas', 'c.period') }} as varde_status
from {{ ref('int_vantetid_celler_visade') }} as c
cross join {{ tre_dagar() }} as k

union all

select
    period,
    niva,
    region_kod,
    null as vardenhet_id,
    'alla' as yrkeskategori,
    'T' as kon,
    null as inom_tre_dagar,
    null as bedomningar,
    null as andel,
    null as ki_undre,
    null as ki_ovre,
    null as patientvald_vantan,
    cast(0 as bigint) as antal_regioner,
    'x' as varde_status
from saknade
