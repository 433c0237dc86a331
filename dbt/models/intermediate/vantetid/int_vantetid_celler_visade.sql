{{ config(pre_hook="{{ ta_bort_andrade_perioder(ref('int_vantetid_manader_med_ram')) }}") }}

-- Every cell that exists, and every cell that a node could have where it is not shown: what is hidden looks the same
-- whether anybody is in it or not.
with nivaer as (
    select *
    from {{ ref('int_vantetid_skyddsnivaer') }}
    where period in ({{ andrade_perioder(ref('int_vantetid_manader_med_ram')) }})
),

mojliga as (
    select
        nivaer.signatur,
        nivaer.period,
        nivaer.niva,
        nivaer.region_kod,
        nivaer.vardenhet_id,
        nivaer.skyddsniva,
        'alla' as yrkeskategori,
        konen.kon,
        konen.niva_kravs,
        nivaer.skyddsniva >= konen.niva_kravs as visas
    from nivaer
    cross join (values ('T', 1), ('K', 2), ('M', 2)) as konen (kon, niva_kravs)

    union all

    select
        nivaer.signatur,
        nivaer.period,
        nivaer.niva,
        nivaer.region_kod,
        nivaer.vardenhet_id,
        nivaer.skyddsniva,
        ordning.yrkeskategori,
        konen.kon,
        konen.niva_kravs,
        nivaer.skyddsniva >= 2 + ordning.ordning as visas
    from nivaer
    cross join (values ('T', 1), ('K', 2), ('M', 2)) as konen (kon, niva_kravs)
    inner join {{ ref('int_vantetid_yrkesordning') }} as ordning
        on nivaer.period = ordning.period
),

celler as (
    select
        mojliga.*,
        celler.kon is not null as finns,
        celler.inom_tre_dagar,
        celler.bedomningar,
        celler.patientvald_vantan,
        max(celler.antal_regioner) over (partition by mojliga.period, mojliga.niva) as antal_regioner
    from mojliga
    left join {{ ref('int_vantetid_celler') }} as celler
        on
            mojliga.period = celler.period
            and mojliga.niva = celler.niva
            and mojliga.region_kod = celler.region_kod
            and mojliga.vardenhet_id is not distinct from celler.vardenhet_id
            and mojliga.yrkeskategori = celler.yrkeskategori
            and mojliga.kon = celler.kon
),

-- Can anybody be in the cell, as far as what is shown above the node tells?
kanda as (
    select
        celler.*,
        (celler.niva = 'riket' or not riket.visas or riket.finns)
        and (celler.niva != 'vardenhet' or not region.visas or region.finns) as kan_finnas
    from celler
    inner join celler as riket
        on
            celler.period = riket.period
            and celler.yrkeskategori = riket.yrkeskategori
            and celler.kon = riket.kon
            and riket.niva = 'riket'
    inner join celler as region
        on
            celler.period = region.period
            and celler.yrkeskategori = region.yrkeskategori
            and celler.kon = region.kon
            and region.niva = case celler.niva when 'riket' then 'riket' else 'region' end
            and celler.region_kod = region.region_kod
),

-- A profession that is alone in what a node does not divide is what is left, which holds the threshold: it is shown.
raknade as (
    select
        *,
        visas
        or (
            kan_finnas
            and skyddsniva >= niva_kravs
            and count(*) filter (where kan_finnas and not visas) over (
                partition by period, niva, region_kod, vardenhet_id, kon, yrkeskategori = 'alla'
            ) = 1
        ) as ska_visas
    from kanda
)

select
    signatur,
    period,
    niva,
    region_kod,
    vardenhet_id,
    yrkeskategori,
    kon,
    ska_visas as visas,
    inom_tre_dagar,
    bedomningar,
    patientvald_vantan,
    antal_regioner
from raknade
where not ska_visas or finns
