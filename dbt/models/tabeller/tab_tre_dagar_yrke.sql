select
    matt.ar,
    matt.yrkeskategori,
    coalesce(yrkeskategorier.namn, 'Samtliga legitimerade yrken') as yrke,
    matt.inom_tre_dagar,
    matt.bedomningar,
    matt.andel,
    matt.ki_undre,
    matt.ki_ovre,
    matt.antal_manader,
    matt.varde_status,
    row_number() over (order by yrkeskategorier.ordning nulls last, matt.ar, matt.yrkeskategori) as _ordning
from {{ ref('medicinsk_bedomning_tre_dagar_ar') }} as matt
left join {{ ref('yrkeskategorier') }} as yrkeskategorier on matt.yrkeskategori = yrkeskategorier.yrkeskategori
where matt.niva = 'riket' and matt.kon = 'T' and matt.ar = {{ var('ar') }}
