select
    begrepp,
    definition,
    lagrum,
    galler,
    kallrad,
    row_number() over (order by begrepp, galler, kallrad) as _ordning
from {{ ref('begrepp') }}
where publikation = 'uppfoljning_{{ var('ar') }}'
