select
    celler.period,
    celler.niva,
    celler.region_kod,
    celler.vardenhet_id,
    celler.kon,
    intervall.dagar_till,
    {{ publicerad_cell('celler.visas', inom='inom') }},
    {{ varde_status('celler.visas', 'celler.period') }} as varde_status
from {{ ref('int_vantetid_celler_visade') }} as celler
cross join {{ tre_dagar() }} as k
inner join {{ ref('dagsintervall') }} as intervall
    on k.id = intervall.indikator
left join {{ ref('int_vantetid_dagar') }} as c
    on
        celler.period = c.period
        and celler.niva = c.niva
        and celler.region_kod = c.region_kod
        and celler.vardenhet_id is not distinct from c.vardenhet_id
        and celler.kon = c.kon
        and intervall.dagar_till = c.dagar_till
where celler.yrkeskategori = 'alla'
