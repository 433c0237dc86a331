select
    matt.ar,
    matt.region_kod,
    regioner.region,
    matt.vardenhet_id,
    vardenheter.vardenhet,
    {{ tre_dagar_ar_matt() }},
    row_number() over (
        order by {{ regionordning('regioner') }} nulls last, matt.region_kod, vardenheter.vardenhet, matt.vardenhet_id
    ) as _ordning
from {{ tre_dagar_ar_rader('vardenhet') }} as matt
inner join {{ ref('regioner') }} as regioner on matt.region_kod = regioner.region_kod
left join {{ ref('vardenheter') }} as vardenheter
    on matt.region_kod = vardenheter.region_kod and matt.vardenhet_id = vardenheter.vardenhet_id
where matt.yrkeskategori = 'alla'
