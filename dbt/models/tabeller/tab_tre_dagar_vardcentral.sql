-- The units by their names in the register at the end of the year.
with namn as (
    select
        region_kod,
        vardenhet_id,
        max_by(namn, (giltig_fran, namn)) as namn
    from {{ ref('stg_enhetsregister__enheter') }}
    where year(giltig_fran) <= {{ var('ar') }} and year(giltig_till) >= {{ var('ar') }}
    group by region_kod, vardenhet_id
)

select
    matt.ar,
    matt.region_kod,
    regioner.region,
    matt.vardenhet_id,
    namn.namn as vardenhet,
    matt.inom_tre_dagar,
    matt.bedomningar,
    matt.andel,
    matt.ki_undre,
    matt.ki_ovre,
    matt.antal_manader,
    matt.varde_status,
    row_number() over (
        order by {{ regionordning('regioner') }} nulls last, matt.region_kod, namn.namn, matt.vardenhet_id
    ) as _ordning
from {{ ref('medicinsk_bedomning_tre_dagar_ar') }} as matt
inner join {{ ref('regioner') }} as regioner on matt.region_kod = regioner.region_kod
left join namn
    on matt.region_kod = namn.region_kod and matt.vardenhet_id = namn.vardenhet_id
where matt.niva = 'vardenhet' and matt.yrkeskategori = 'alla' and matt.kon = 'T' and matt.ar = {{ var('ar') }}
