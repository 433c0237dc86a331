select
    block,
    kategori,
    cast(ar as varchar) as ar,
    antal,
    row_number() over (order by list_position(['ersattning', 'nyborjare'], block), ordning, ar, kategori) as _ordning
from {{ ref('specialistutbildning') }}
where ar between 2016 and 2018
