{{ config(pre_hook="{{ ta_bort_andrade_perioder(ref('int_vantetid_manader')) }}") }}

with celler as (
    select
        any_value(s.signatur) as signatur,
        s.period,
        {{ niva() }},
        s.vardenhet_id,
        coalesce(s.kon, 'T') as kon,
        s.dagar_till,
        cast(sum(s.antal) as bigint) as antal
    from {{ ref('int_vantetid_kontakter_summerade') }} as s
    where
        s.raknas
        and not s.patientvald
        and s.period in ({{ andrade_perioder(ref('int_vantetid_manader')) }})
    group by s.period, s.dagar_till, rollup(s.region_kod, s.vardenhet_id), cube(s.kon)
)

select
    any_value(c.signatur) as signatur,
    c.period,
    c.niva,
    c.region_kod,
    c.vardenhet_id,
    c.kon,
    intervall.dagar_till,
    cast(coalesce(sum(c.antal) filter (where c.dagar_till <= intervall.dagar_till), 0) as bigint) as inom,
    cast(sum(c.antal) as bigint) as bedomningar
from celler as c
inner join {{ ref('dagsintervall') }} as intervall
    on intervall.indikator = 'medicinsk_bedomning_tre_dagar'
where c.kon in ('T', 'K', 'M')
group by c.period, c.niva, c.region_kod, c.vardenhet_id, c.kon, intervall.dagar_till
