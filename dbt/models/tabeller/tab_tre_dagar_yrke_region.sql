select
    matt.ar,
    matt.region_kod,
    regioner.region,
    matt.yrkeskategori,
    yrkeskategorier.namn as yrke,
    {{ tre_dagar_ar_matt() }},
    row_number() over (
        order by
            {{ regionordning('regioner') }} nulls last,
            matt.region_kod,
            yrkeskategorier.ordning,
            matt.yrkeskategori
    ) as _ordning
from {{ tre_dagar_ar_rader('region') }} as matt
inner join {{ ref('regioner') }} as regioner on matt.region_kod = regioner.region_kod
inner join {{ ref('yrkeskategorier') }} as yrkeskategorier on matt.yrkeskategori = yrkeskategorier.yrkeskategori
