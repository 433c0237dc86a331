select
    avstamning.tabell,
    avstamning.rad,
    avstamning.kolumn,
    coalesce(fragor.etikett_rapport, avstamning.rad) as rad_etikett,
    coalesce(ord.etikett, replace(avstamning.kolumn, '_', ' ')) as uppgift,
    avstamning.varde_tryckt,
    coalesce(avstamning.varde_beraknat, avstamning.vart_varde) as varde_beraknat,
    avstamning.utfall,
    avstamning.avvikelse,
    avstamning.forklaring,
    avstamning.kallrad,
    avstamning.publikation as _publikation,
    row_number() over (
        order by
            avstamning.utfall = 'ej_beraknad',
            avstamning.tabell,
            avstamning.rad,
            avstamning.kolumn,
            avstamning.kallrad
    ) as _ordning
from {{ ref('avstamning') }} as avstamning
left join {{ ref('enkatfragor') }} as fragor
    on avstamning.nyckel = fragor.fraga and fragor.undersokning = 'kommunenkat_' || ({{ var('ar') }} - 1)
left join {{ ref('tryckta_ord') }} as ord
    on avstamning.kolumn = ord.kolumn
where
    avstamning.publikation = '{{ var("rapport") }}'
    and (avstamning.utfall <> 'stammer' or avstamning.avvikelse is not null)
