select
    {{ publikation() }} as publikation,
    begrepp,
    definition,
    lagrum,
    galler,
    kallrad
from {{ filer() }}
