select
    komiljard_utfall.region_kod,
    coalesce(regioner.region, 'Riket') as region,
    komiljard_utfall.ar,
    komiljard_utfall.grupp,
    komiljard_utfall.manad,
    komiljard_utfall.andel_foregaende_ar,
    komiljard_utfall.andel,
    komiljard_utfall.forbattring_pe,
    komiljard_utfall.andel_inom_60,
    komiljard_utfall.steg,
    komiljard_utfall.belopp,
    komiljard_utfall.forklaring,
    komiljard_utfall.varde_status,
    row_number() over (
        order by
            {{ regionordning('regioner') }} nulls first,
            komiljard_utfall.ar,
            komiljard_utfall.grupp,
            komiljard_utfall.manad,
            komiljard_utfall.region_kod
    ) as _ordning
from {{ ref('komiljard_utfall') }} as komiljard_utfall
left join {{ ref('regioner') }} as regioner on komiljard_utfall.region_kod = regioner.region_kod
where komiljard_utfall.ar between {{ var('ar') }} - 1 and {{ var('ar') }}
