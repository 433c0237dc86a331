{{ config(pre_hook="{{ ta_bort_andrade_perioder(ref('int_vantetid_manader')) }}") }}

-- Contacts that are alike in every respect are one row from here on: what follows has a tenth of the rows to look up.
with lika as (
    select
        period,
        _leverans_id,
        region_kod,
        vardenhet_id,
        omfattas,
        case when omfattas then yrkeskategori end as yrkeskategori,
        case when omfattas then kon end as kon,
        case when omfattas then vardkontakt end as vardkontakt,
        case when omfattas then patientvald end as patientvald,
        case when omfattas then besok_datum - kontakt_datum end as dagar,
        case when omfattas then {{ legitimationsperiod('besok_datum') }} end as legitimationsperiod,
        any_value(besok_datum) as besok_datum,
        count(*) as antal
    from {{ ref('stg_vantetid_primarvard__kontakter') }}
    where period in ({{ andrade_perioder(ref('int_vantetid_manader')) }})
    group by all
),

kontakter as (
    select
        manader.signatur,
        block.period,
        kontakter.region_kod,
        kontakter.vardenhet_id,
        kontakter.yrkeskategori,
        kontakter.kon,
        former.grupp as kontaktform,
        kontakter.patientvald,
        kontakter.dagar,
        kontakter.antal,
        coalesce(
            kontakter.omfattas
            and former.raknas
            and kontakter.besok_datum >= yrken.legitimerad_fran
            and kontakter.besok_datum <= coalesce(yrken.legitimerad_till, date '9999-12-31'),
            false
        ) as raknas
    from lika as kontakter
    inner join {{ ref('stg_vantetid_primarvard__block') }} as block
        on
            kontakter._leverans_id = block.leverans_id
            and kontakter.region_kod = block.region_kod
            and kontakter.period = cast(block.period as varchar)
    inner join {{ ref('int_vantetid_manader') }} as manader
        on block.period = manader.period
    left join {{ ref('yrkeskategorier') }} as yrken
        on kontakter.yrkeskategori = yrken.yrkeskategori
    left join {{ ref('kontaktformer') }} as former
        on kontakter.vardkontakt = former.vardkontakt
),

-- What does not count still tells that the unit has reported.
summerade as (
    select
        signatur,
        period,
        region_kod,
        vardenhet_id,
        raknas,
        case when raknas then yrkeskategori end as yrkeskategori,
        case when raknas then kon end as kon,
        case when raknas then kontaktform end as kontaktform,
        case when raknas then patientvald end as patientvald,
        case when raknas then dagar end as dagar,
        sum(antal) as antal
    from kontakter
    group by all
)

select
    signatur,
    period,
    region_kod,
    vardenhet_id,
    raknas,
    yrkeskategori,
    kon,
    kontaktform,
    patientvald,
    (
        select min(intervall.dagar_till)
        from {{ ref('dagsintervall') }} as intervall
        where intervall.indikator = 'medicinsk_bedomning_tre_dagar' and intervall.dagar_till >= summerade.dagar
    ) as dagar_till,
    cast(sum(antal) as bigint) as antal
from summerade
group by all
