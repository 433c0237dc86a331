with serier as (
    select
        'manad' as serie,
        'Socialstyrelsen' as utgivare,
        period,
        period - interval 1 month as foregaende_period,
        region_kod,
        andel as varde
    from {{ ref('medicinsk_bedomning_tre_dagar') }}
    where niva in ('riket', 'region') and yrkeskategori = 'alla' and kon = 'T'

    union all

    select
        'ar' as serie,
        'Socialstyrelsen' as utgivare,
        make_date(ar, 1, 1) as period,
        make_date(ar - 1, 1, 1) as foregaende_period,
        region_kod,
        andel as varde
    from {{ ref('medicinsk_bedomning_tre_dagar_ar') }}
    where niva in ('riket', 'region') and yrkeskategori = 'alla' and kon = 'T'

    union all

    select
        'ar' as serie,
        utgivare,
        make_date(ar, 1, 1) as period,
        make_date(ar - 1, 1, 1) as foregaende_period,
        region_kod,
        varde_fran as varde
    from {{ ref('publicerade_varden') }}
    where indikator = 'medicinsk_bedomning_tre_dagar' and varde_fran = varde_till and ar <= {{ var('ar') }}
)

select
    serier.serie,
    serier.utgivare,
    serier.period,
    serier.region_kod,
    serier.varde,
    foregaende.varde as varde_foregaende,
    serier.varde - foregaende.varde as forandring,
    k.troskel_hopp as troskel
from serier
inner join serier as foregaende
    on
        serier.serie = foregaende.serie
        and serier.utgivare = foregaende.utgivare
        and serier.foregaende_period = foregaende.period
        and serier.region_kod = foregaende.region_kod
cross join {{ tre_dagar() }} as k
where abs(serier.varde - foregaende.varde) >= k.troskel_hopp
order by serier.serie, serier.utgivare, serier.period, serier.region_kod
