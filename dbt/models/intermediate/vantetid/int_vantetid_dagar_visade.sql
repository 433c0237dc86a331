{{ config(pre_hook="{{ ta_bort_andrade_perioder(ref('int_vantetid_manader_med_ram')) }}") }}

select
    celler.signatur,
    celler.period,
    celler.niva,
    celler.region_kod,
    celler.vardenhet_id,
    celler.kon,
    intervall.dagar_till,
    celler.visas,
    dagar.inom,
    dagar.bedomningar
from {{ ref('int_vantetid_celler_visade') }} as celler
inner join {{ ref('dagsintervall') }} as intervall
    on intervall.indikator = 'medicinsk_bedomning_tre_dagar'
left join {{ ref('int_vantetid_dagar') }} as dagar
    on
        celler.period = dagar.period
        and celler.niva = dagar.niva
        and celler.region_kod = dagar.region_kod
        and celler.vardenhet_id is not distinct from dagar.vardenhet_id
        and celler.kon = dagar.kon
        and intervall.dagar_till = dagar.dagar_till
where
    celler.yrkeskategori = 'alla'
    and celler.period in ({{ andrade_perioder(ref('int_vantetid_manader_med_ram')) }})
