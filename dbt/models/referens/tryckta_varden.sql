select
    {{ publikation() }} as publikation,
    tabell,
    rad,
    kolumn,
    varde_tryckt,
    kallrad
from {{ filer() }}
