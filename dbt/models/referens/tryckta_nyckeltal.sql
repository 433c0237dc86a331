select
    {{ publikation() }} as publikation,
    cast(nr as integer) as nr,
    omrade,
    nyckeltal,
    period,
    varde_tryckt,
    cast(varde as double) as varde,
    jamforelse,
    enhet,
    kallrad
from {{ filer() }}
