{{ config(pre_hook="{{ ta_bort_andrade_perioder(ref('int_vantetid_manader_med_ram')) }}") }}

with rader as (
    select
        manader.signatur,
        summerade.period,
        summerade.region_kod,
        summerade.kontaktform,
        summerade.patientvald,
        summerade.dagar_till,
        summerade.antal,
        coalesce(enheter.agarform, 'okand') as agarform
    from {{ ref('int_vantetid_kontakter_summerade') }} as summerade
    inner join {{ ref('int_vantetid_manader_med_ram') }} as manader
        on summerade.period = manader.period
    left join {{ ref('int_vantetid_enheter') }} as enheter
        on
            summerade.period = enheter.period
            and summerade.region_kod = enheter.region_kod
            and summerade.vardenhet_id = enheter.vardenhet_id
    where summerade.raknas and summerade.period in ({{ andrade_perioder(ref('int_vantetid_manader_med_ram')) }})
),

indelade as (
    {% for indelning in ['kontaktform', 'agarform'] -%}
        select
            signatur,
            period,
            region_kod,
            '{{ indelning }}' as indelning,
            {{ indelning }} as grupp,
            patientvald,
            dagar_till,
            antal
        from rader

        {% if not loop.last -%} union all {%- endif %}

    {% endfor -%}
)

select
    any_value(s.signatur) as signatur,
    s.period,
    case when grouping(s.region_kod) = 1 then 'riket' else 'region' end as niva,
    coalesce(s.region_kod, '00') as region_kod,
    s.indelning,
    s.grupp,
    {{ tre_dagar_antal() }}
from indelade as s
cross join {{ tre_dagar() }} as k
group by s.period, s.indelning, s.grupp, rollup(s.region_kod)
