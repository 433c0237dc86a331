select
    {{ publikation() }} as publikation,
    tabell,
    cast(rad as integer) as rad,
    kolumn,
    text,
    kallrad
from {{ filer() }}
