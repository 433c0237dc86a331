-- The numbers in the reports' running text.
select
    publikation,
    nr,
    omrade,
    nyckeltal,
    period,
    varde_tryckt,
    jamforelse,
    varde,
    enhet,
    kallrad
from {{ ref('tryckta_nyckeltal') }}
order by publikation, nr
