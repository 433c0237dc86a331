with manader as (
    select
        year(region.period) as ar,
        region.region_kod,
        count(*) as manader_jamforda,
        count(*) filter (where region.andel > riket.andel) as manader_over_riket
    from {{ ref('medicinsk_bedomning_tre_dagar') }} as region
    inner join {{ ref('medicinsk_bedomning_tre_dagar') }} as riket
        on
            region.period = riket.period
            and riket.niva = 'riket'
            and riket.yrkeskategori = 'alla'
            and riket.kon = 'T'
    where
        region.niva = 'region'
        and region.yrkeskategori = 'alla'
        and region.kon = 'T'
        and region.andel is not null
        and riket.andel is not null
    group by year(region.period), region.region_kod
)

select
    publicerade.utgivare,
    publicerade.beteckning,
    publicerade.ar,
    publicerade.region_kod,
    coalesce(regioner.region, 'Riket') as region,
    publicerade.varde_fran,
    publicerade.varde_till,
    vara.andel,
    vara.antal_manader,
    -- A published value is of the whole year: nothing is subtracted from it but a value of the whole year.
    case
        when vara.antal_manader = 12
            then vara.andel - least(greatest(vara.andel, publicerade.varde_fran), publicerade.varde_till)
    end as differens,
    publicerade.over_riket,
    manader.manader_jamforda,
    manader.manader_over_riket,
    publicerade.andrahandsuppgift,
    publicerade.kalltext,
    case when vara.ar is not null then 'vantetid_primarvard' end as kalla,
    case when vara.ar is null then 'x' else vara.varde_status end as varde_status
from {{ ref('publicerade_varden') }} as publicerade
left join {{ ref('regioner') }} as regioner
    on publicerade.region_kod = regioner.region_kod
left join {{ ref('medicinsk_bedomning_tre_dagar_ar') }} as vara
    on
        publicerade.ar = vara.ar
        and publicerade.region_kod = vara.region_kod
        and vara.niva in ('riket', 'region')
        and vara.yrkeskategori = 'alla'
        and vara.kon = 'T'
left join manader
    on
        publicerade.over_riket
        and publicerade.ar = manader.ar
        and publicerade.region_kod = manader.region_kod
where publicerade.indikator = 'medicinsk_bedomning_tre_dagar' and publicerade.ar <= {{ var('ar') }}
order by publicerade.utgivare, publicerade.ar, publicerade.region_kod
