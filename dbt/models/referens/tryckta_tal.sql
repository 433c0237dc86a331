select
    {{ publikation() }} as publikation,
    tabell,
    rad,
    kolumn,
    varde_tryckt,
    kallrad,
    orsak
from {{ filer() }}
