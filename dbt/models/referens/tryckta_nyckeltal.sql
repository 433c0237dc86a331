select
    {{ publikation() }} as publikation,
    cast(nr as integer) as nr,
    kod,
    omrade,
    nyckeltal,
    period,
    varde_tryckt,
    cast(varde as double) as varde,
    jamforelse,
    enhet,
    kallrad,
    orsak
from {{ filer() }}
