select
    {{ publikation() }} as publikation,
    uppdrag,
    redovisning,
    mottagare,
    cast(dag as date) as dag,
    tryckt,
    kallrad
from {{ filer() }}
