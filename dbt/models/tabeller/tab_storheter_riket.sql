select
    sou_2018_39.storhet,
    storheter.namn as storhet_namn,
    storheter.perspektiv,
    sou_2018_39.ar,
    sou_2018_39.varde,
    sou_2018_39.ki_undre,
    sou_2018_39.ki_ovre,
    sou_2018_39.forandring,
    sou_2018_39.antal_regioner,
    sou_2018_39.kalla,
    kallor.namn as kalla_namn,
    sou_2018_39.anmarkning,
    sou_2018_39.varde_status,
    row_number() over (order by storheter.ordning, sou_2018_39.ar, sou_2018_39.storhet) as _ordning
from {{ ref('sou_2018_39') }} as sou_2018_39
inner join {{ ref('storheter') }} as storheter on sou_2018_39.storhet = storheter.storhet
left join {{ ref('kallor') }} as kallor on sou_2018_39.kalla = kallor.kalla
where sou_2018_39.region_kod = '00' and sou_2018_39.kon = 'T' and sou_2018_39.ar <= {{ var('ar') }}
