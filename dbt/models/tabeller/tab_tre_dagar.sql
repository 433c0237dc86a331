select
    matt.region_kod,
    coalesce(regioner.region, 'Riket') as region,
    matt.period,
    matt.inom_tre_dagar,
    matt.bedomningar,
    matt.andel,
    matt.ki_undre,
    matt.ki_ovre,
    matt.patientvald_vantan,
    matt.antal_regioner,
    matt.varde_status,
    row_number() over (
        order by {{ regionordning('regioner') }} nulls last, matt.region_kod, matt.period
    ) as _ordning
from {{ ref('medicinsk_bedomning_tre_dagar') }} as matt
left join {{ ref('regioner') }} as regioner on matt.region_kod = regioner.region_kod
where
    matt.niva in ('riket', 'region')
    and matt.yrkeskategori = 'alla'
    and matt.kon = 'T'
    and year(matt.period) = {{ var('ar') }}
    and matt.period in (
        -- Months that some region has reported.
        select riket.period
        from {{ ref('medicinsk_bedomning_tre_dagar') }} as riket
        where riket.niva = 'riket' and riket.antal_regioner > 0
    )
