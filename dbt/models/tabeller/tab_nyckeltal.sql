select
    nr,
    omrade,
    nyckeltal,
    period,
    varde_tryckt,
    jamforelse,
    varde,
    enhet,
    kallrad,
    row_number() over (order by nr) as _ordning
from {{ ref('tryckt_nyckeltal') }}
where publikation = 'uppfoljning_{{ var('ar') }}'
