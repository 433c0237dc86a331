select
    lista,
    nr,
    text,
    kallrad,
    -- The lists stand in the order of the report.
    row_number() over (order by forsta_rad, lista, nr) as _ordning
from (
    select
        *,
        min(cast(regexp_extract(kallrad, '\d+') as integer)) over (partition by lista) as forsta_rad
    from {{ ref('upprakningar') }}
    where publikation = 'uppfoljning_{{ var('ar') }}'
)
