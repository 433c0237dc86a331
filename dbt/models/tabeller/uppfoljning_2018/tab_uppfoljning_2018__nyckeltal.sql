select
    nr,
    omrade,
    nyckeltal,
    period,
    varde_tryckt,
    jamforelse,
    varde,
    enhet,
    row_number() over (order by nr) as _ordning
from {{ ref('tryckt_nyckeltal') }}
where publikation = 'uppfoljning_2018'
