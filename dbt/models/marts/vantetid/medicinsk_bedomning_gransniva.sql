select
    mart.period,
    mart.region_kod,
    regioner.region,
    mart.bedomningar,
    mart.andel,
    k.gransniva,
    mart.andel >= k.gransniva as klarar,
    mart.varde_status
from {{ ref('medicinsk_bedomning_tre_dagar') }} as mart
cross join {{ tre_dagar() }} as k
inner join {{ ref('regioner') }} as regioner
    on mart.region_kod = regioner.region_kod
where mart.niva = 'region' and mart.yrkeskategori = 'alla' and mart.kon = 'T'
order by mart.period, regioner.ordning_alfabetisk
