select
    krav.period,
    grupper.niva,
    grupper.grupp_kod as region_kod
from {{ ref('int_leveranskrav_bedomda') }} as krav
inner join {{ ref('int_regioner_grupperade') }} as grupper
    on krav.region_kod = grupper.region_kod
left join {{ ref('int_vantetid_skyddsnivaer') }} as nivaer
    on
        krav.period = nivaer.period
        and grupper.niva = nivaer.niva
        and grupper.grupp_kod = nivaer.region_kod
where
    krav.kalla = 'vantetid_primarvard'
    and krav.status in ('saknas', 'vantar', 'avvisad', 'okand')
    and nivaer.period is null
group by krav.period, grupper.niva, grupper.grupp_kod
