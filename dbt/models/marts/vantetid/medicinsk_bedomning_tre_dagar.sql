select
    c.period,
    c.niva,
    c.region_kod,
    c.vardenhet_id,
    c.yrkeskategori,
    c.kon,
    {{ publicerad_cell('c.visas') }},
    -- Divided no further than by region: so few choose to wait that their parts would tell of each other.
    case
        when c.visas and c.niva != 'vardenhet' and c.yrkeskategori = 'alla' and c.kon = 'T' then c.patientvald_vantan
    end as patientvald_vantan,
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
from {{ ref('int_vantetid_regioner_saknade') }}
