select
    row_number() over (
        order by redovisningar.uppdrag, redovisningar.redovisning, redovisningar.dag, redovisningar.tryckt
    ) as nr,
    uppdrag.namn as uppdrag,
    redovisningar.redovisning,
    redovisningar.mottagare,
    redovisningar.dag,
    redovisningar.tryckt,
    redovisningar.kallrad,
    row_number() over (
        order by redovisningar.uppdrag, redovisningar.redovisning, redovisningar.dag, redovisningar.tryckt
    ) as _ordning
from {{ ref('redovisningar') }} as redovisningar
inner join {{ ref('uppdrag') }} as uppdrag
    on redovisningar.uppdrag = uppdrag.uppdrag
where redovisningar.publikation = 'uppfoljning_{{ var('ar') }}'
