select
    lista,
    nr,
    text,
    kallrad,
    -- The lists stand in the order in which the report comes to their ends.
    row_number() over (order by sista_rad, lista, nr) as _ordning
from (
    select
        *,
        max(cast(regexp_extract(kallrad, '\d+$') as integer)) over (partition by lista) as sista_rad
    from {{ ref('upprakningar') }}
    where publikation = 'uppfoljning_{{ var('ar') }}'
)
