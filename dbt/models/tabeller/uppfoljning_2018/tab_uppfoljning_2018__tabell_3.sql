select
    strategidokument.region_kod,
    coalesce(tryckta.namn, {{ regionnamn('regioner') }}) as region,
    case
        when strategidokument.status = 'under_utveckling' then 'Utvecklas 2019'
        else strategidokument.dokument
    end as dokument,
    strategidokument.status,
    strategidokument.varde_status,
    row_number() over (order by {{ regionordning('regioner') }}, strategidokument.region_kod) as _ordning
from {{ ref('strategidokument') }} as strategidokument
inner join {{ ref('regioner') }} as regioner on strategidokument.region_kod = regioner.region_kod
left join {{ ref('tryckta_regionnamn') }} as tryckta
    on
        tryckta.publikation = '{{ var("rapport") }}'
        and tryckta.tabell = 'tabell_3'
        and strategidokument.region_kod = tryckta.region_kod
where strategidokument.ar = {{ var('ar') }} and strategidokument.status <> 'ej_angivet'
