-- Values that two different pages of the same Kolada answer give differently.
select
    ra.matt,
    ra.ar,
    ra.region_kod,
    ra.kon
from {{ source('kolada', 'varden') }} as ra
inner join {{ ref('stg_register__leveranser') }} as leveranser
    on ra._leverans_id = leveranser.leverans_id
where
    leveranser.status in ('godkand', 'godkand_med_anmarkning')
    and ra.fraga is not null
    and ra.ar <= {{ var('ar') }}
group by ra.fraga, ra.matt, ra.ar, ra.region_kod, ra.kon
having count(distinct ra.sida) > 1 and count(distinct ra.varde) > 1
