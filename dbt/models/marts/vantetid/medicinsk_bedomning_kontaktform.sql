select
    c.period,
    c.niva,
    c.region_kod,
    c.grupp as kontaktform,
    {{ publicerad_cell('c.visas') }},
    {{ varde_status('c.visas', 'c.period') }} as varde_status
from {{ ref('int_vantetid_delceller_visade') }} as c
cross join {{ tre_dagar() }} as k
where c.indelning = 'kontaktform'
