select
    {{ publikation() }} as publikation,
    tabell,
    rad,
    kolumn,
    varde_tryckt,
    kallrad,
    orsak
from {{ filer() }}

union all

-- The numbers of the running text: those that the warehouse computes as numbers, the others in their words.
select
    publikation,
    'Löptext' as tabell,
    null as rad,
    kod as kolumn,
    case when orsak is null then {{ som_tryckt('varde') }} else varde_tryckt end as varde_tryckt,
    kallrad,
    orsak
from {{ ref('tryckta_nyckeltal') }}
