select
    rattelse_id,
    kalla,
    nyckel,
    kolumn,
    levererat,
    rattat,
    skal,
    beslutad,
    galler_till,
    row_number() over (order by rattelse_id) as _ordning
from {{ ref('rattelser') }}
where utfall = 'tillampad'
