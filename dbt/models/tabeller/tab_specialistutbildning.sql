select
    block,
    kategori,
    cast(ar as varchar) as ar,
    antal,
    forandring_procent,
    cast(null as varchar) as varde_status,
    row_number() over (order by block, ordning, ar, kategori) as _ordning
from {{ ref('specialistutbildning') }}
