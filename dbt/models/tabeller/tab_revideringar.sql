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
    row_number() over (order by nr) as _ordning
from {{ ref('revideringar') }}
