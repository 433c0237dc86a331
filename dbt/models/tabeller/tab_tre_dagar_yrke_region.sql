select
    matt.ar,
    matt.region_kod,
    regioner.region,
    matt.yrkeskategori,
    yrkeskategorier.namn as yrke,
    matt.inom_tre_dagar,
    matt.bedomningar,
    matt.andel,
    matt.ki_undre,
    matt.ki_ovre,
    matt.antal_manader,
    matt.varde_status,
    row_number() over (
        order by
            {{ regionordning('regioner') }} nulls last,
            matt.region_kod,
            yrkeskategorier.ordning,
            matt.yrkeskategori
    ) as _ordning
from {{ ref('medicinsk_bedomning_tre_dagar_ar') }} as matt
inner join {{ ref('regioner') }} as regioner on matt.region_kod = regioner.region_kod
inner join {{ ref('yrkeskategorier') }} as yrkeskategorier on matt.yrkeskategori = yrkeskategorier.yrkeskategori
where matt.niva = 'region' and matt.kon = 'T' and matt.ar = {{ var('ar') }}
