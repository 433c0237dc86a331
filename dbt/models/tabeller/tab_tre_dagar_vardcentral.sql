select
    matt.ar,
    matt.region_kod,
    regioner.region,
    matt.vardenhet_id,
    vardenheter.vardenhet,
    matt.inom_tre_dagar,
    matt.bedomningar,
    matt.andel,
    matt.ki_undre,
    matt.ki_ovre,
    matt.antal_manader,
    matt.varde_status,
    row_number() over (
        order by {{ regionordning('regioner') }} nulls last, matt.region_kod, vardenheter.vardenhet, matt.vardenhet_id
    ) as _ordning
from {{ ref('medicinsk_bedomning_tre_dagar_ar') }} as matt
inner join {{ ref('regioner') }} as regioner on matt.region_kod = regioner.region_kod
left join {{ ref('vardenheter') }} as vardenheter
    on matt.region_kod = vardenheter.region_kod and matt.vardenhet_id = vardenheter.vardenhet_id
where matt.niva = 'vardenhet' and matt.yrkeskategori = 'alla' and matt.kon = 'T' and matt.ar = {{ var('ar') }}
