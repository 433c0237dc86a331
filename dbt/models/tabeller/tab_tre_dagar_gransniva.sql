select
    period,
    gransniva,
    count(*) filter (where klarar) as klarar,
    count(klarar) as redovisade,
    {{ samlad_status('varde_status') }} as varde_status,
    row_number() over (order by period) as _ordning
from {{ ref('medicinsk_bedomning_gransniva') }}
where
    year(period) = {{ var('ar') }}
    and gransniva is not null
    and varde_status is distinct from 'x'
group by period, gransniva
