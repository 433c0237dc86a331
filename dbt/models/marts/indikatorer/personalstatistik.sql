-- Delivered values, and those computed from them where nothing was delivered: the year out of its four quarters, the
-- country out of all regions, shares, and the growth against the same quarter of the year before.
with levererade as (
    select
        ar,
        kvartal,
        region_kod,
        yrkesgrupp,
        kon,
        matt,
        varde,
        jamforelse
    from {{ ref('stg_personalstatistik__varden') }}
    where varde is not null and ar <= {{ var('ar') }}
),

kostnader as (
    select
        ar,
        kvartal,
        region_kod,
        yrkesgrupp,
        matt,
        varde
    from levererade
    where matt in ('kostnad_inhyrd', 'kostnad_egen', 'kostnad_total') and kon = 'T'
),

med_ar as (
    select * from kostnader

    union all

    select
        ar,
        'helar' as kvartal,
        region_kod,
        yrkesgrupp,
        matt,
        sum(varde) filter (where kvartal <> 'helar') as varde
    from kostnader
    group by ar, region_kod, yrkesgrupp, matt
    having count(*) filter (where kvartal = 'helar') = 0 and count(*) = 4
),

med_riket as (
    select * from med_ar

    union all

    select
        ar,
        kvartal,
        '00' as region_kod,
        yrkesgrupp,
        matt,
        sum(varde) as varde
    from med_ar
    group by ar, kvartal, yrkesgrupp, matt
    having
        count(*) filter (where region_kod = '00') = 0
        and count(*) = {{ antal_i_kraft('regioner') }}
),

breda as (
    select
        ar,
        kvartal,
        region_kod,
        yrkesgrupp,
        max(varde) filter (where matt = 'kostnad_inhyrd') as inhyrd,
        max(varde) filter (where matt = 'kostnad_egen') as egen,
        max(varde) filter (where matt = 'kostnad_total') as total
    from med_riket
    group by ar, kvartal, region_kod, yrkesgrupp
),

kvoter as (
    select
        breda.ar,
        breda.kvartal,
        breda.region_kod,
        breda.yrkesgrupp,
        100.0 * breda.inhyrd / nullif(breda.egen, 0) as andel_av_egen,
        100.0 * breda.inhyrd / nullif(breda.total, 0) as andel_av_total,
        breda.inhyrd - fore.inhyrd as okning_kronor,
        100.0 * (breda.inhyrd - fore.inhyrd) / nullif(fore.inhyrd, 0) as okning_procent
    from breda
    left join breda as fore
        on
            breda.ar = fore.ar + 1
            and breda.kvartal = fore.kvartal
            and breda.region_kod = fore.region_kod
            and breda.yrkesgrupp = fore.yrkesgrupp
),

beraknade as (
    select * from med_riket

    union all

    select
        ar,
        kvartal,
        region_kod,
        yrkesgrupp,
        matt,
        varde
    from kvoter
    unpivot (varde for matt in (andel_av_egen, andel_av_total, okning_kronor, okning_procent))

    union all

    select
        ar,
        kvartal,
        '00' as region_kod,
        yrkesgrupp,
        'regioner_med_minskning' as matt,
        count(*) filter (where okning_kronor < 0) as varde
    from kvoter
    where region_kod <> '00'
    group by ar, kvartal, yrkesgrupp
    having count(okning_kronor) = {{ antal_i_kraft('regioner') }}
),

alla as (
    select
        ar,
        kvartal,
        region_kod,
        yrkesgrupp,
        kon,
        matt,
        varde,
        jamforelse,
        'levererat' as ursprung
    from levererade

    union all

    select
        ar,
        kvartal,
        region_kod,
        yrkesgrupp,
        'T' as kon,
        matt,
        varde,
        null as jamforelse,
        'beraknat' as ursprung
    from beraknade
)

{{ matt_i_klartext('alla', 'personalstatistik', ['ar', 'kvartal', 'region_kod', 'yrkesgrupp', 'kon', 'matt']) }}
