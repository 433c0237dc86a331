{{ config(pre_hook="{{ ta_bort_andrade_perioder(ref('int_vantetid_manader')) }}") }}

with rapporterande as (
    select
        period,
        count(distinct region_kod) as antal_regioner
    from {{ ref('int_vantetid_kontakter_summerade') }}
    where period in ({{ andrade_perioder(ref('int_vantetid_manader')) }})
    group by period
),

minsta as (
    select
        s.signatur,
        s.period,
        s.region_kod,
        s.vardenhet_id,
        s.yrkeskategori,
        s.kon,
        {{ tre_dagar_antal() }}
    from {{ ref('int_vantetid_kontakter_summerade') }} as s
    cross join {{ tre_dagar() }} as k
    where s.raknas and s.period in ({{ andrade_perioder(ref('int_vantetid_manader')) }})
    group by all
),

celler as (
    select
        any_value(s.signatur) as signatur,
        s.period,
        {{ niva() }},
        s.vardenhet_id,
        coalesce(s.yrkeskategori, 'alla') as yrkeskategori,
        coalesce(s.kon, 'T') as kon,
        cast(sum(s.antal) as bigint) as antal,
        cast(sum(s.inom_tre_dagar) as bigint) as inom_tre_dagar,
        cast(sum(s.bedomningar) as bigint) as bedomningar,
        cast(sum(s.patientvald_vantan) as bigint) as patientvald_vantan
    from minsta as s
    group by s.period, rollup(s.region_kod, s.vardenhet_id), cube(s.yrkeskategori, s.kon)
)

select
    celler.*,
    case when celler.niva = 'riket' then rapporterande.antal_regioner else 1 end as antal_regioner
from celler
inner join rapporterande
    on celler.period = rapporterande.period
where celler.kon in ('T', 'K', 'M')
