select
    c.period,
    c.niva,
    c.region_kod,
    c.vardenhet_id,
    c.kon,
    c.dagar_till,
    {{ publicerad_cell('c.visas', inom='inom') }},
    {{ varde_status('c.visas', 'c.period') }} as varde_status
from {{ ref('int_vantetid_dagar_visade') }} as c
cross join {{ tre_dagar() }} as k
