select
    matt.ar,
    matt.yrkeskategori,
    coalesce(yrkeskategorier.namn, 'Samtliga legitimerade yrken') as yrke,
    {{ tre_dagar_ar_matt() }},
    row_number() over (order by yrkeskategorier.ordning nulls last, matt.ar, matt.yrkeskategori) as _ordning
from {{ tre_dagar_ar_rader('riket') }} as matt
left join {{ ref('yrkeskategorier') }} as yrkeskategorier on matt.yrkeskategori = yrkeskategorier.yrkeskategori
