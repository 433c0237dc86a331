select
    {{ publikation() }} as publikation,
    nummer,
    titel,
    innehall,
    anmarkning,
    kallrad
from {{ filer() }}
