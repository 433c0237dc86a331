select
    nr,
    utgava,
    mart,
    nyckel,
    kolumn,
    typ,
    fore,
    efter,
    orsak,
    cast(null as varchar) as varde_status,
    row_number() over (order by nr) as _ordning
from {{ ref('revideringar') }}
