select
    {{ publikation() }} as publikation,
    lista,
    cast(nr as integer) as nr,
    text,
    kallrad
from {{ filer() }}
