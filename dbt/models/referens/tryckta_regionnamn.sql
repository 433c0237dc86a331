select
    {{ publikation() }} as publikation,
    tabell,
    region_kod,
    namn,
    kallrad
from {{ filer() }}
