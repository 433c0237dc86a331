-- One row per series (indicator, definition, source), year, region and sex that should be there, with what the series
-- knowledge (brott, undantag) says about it. Values about too few persons are hidden here, and nowhere later.
with doljs as (
    select
        varden.*,
        coalesce(nivaer.skyddsniva < case varden.kon when 'T' then 1 else 2 end, false)
        and (varden.namnare is not null or varden.varde is not null) as dold
    from {{ ref('int_indikatorvarden_summerade') }} as varden
    left join {{ ref('int_indikatorvarden_skyddsnivaer') }} as nivaer
        on
            varden.kalla = nivaer.kalla
            and varden.indikator_id = nivaer.indikator_id
            and varden.definition = nivaer.definition
            and varden.ar = nivaer.ar
            and varden.region_kod = nivaer.region_kod
)

select
    kalla,
    indikator_id,
    definition,
    prioritet,
    ar,
    region_kod,
    kon,
    case when not dold then taljare end as taljare,
    case when not dold then namnare end as namnare,
    case when not dold then varde end as varde,
    case when not dold then jamforelse end as jamforelse,
    case
        when dold then 'c'
        when varde is null and coalesce(angiven_status, '') not in ('c', 'z') then 'x'
        else angiven_status
    end as varde_status,
    utesluten and not dold and varde is not null as utesluten,
    enhet,
    cast(decimaler as integer) as decimaler,
    riktning,
    intervall,
    anmarkning,
    extraherad,
    leverans_id,
    (
        select count(*)
        from {{ ref('brott') }} as brott
        where
            brott.indikator_id = doljs.indikator_id
            and coalesce(brott.kalla, doljs.kalla) = doljs.kalla
            and coalesce(brott.region_kod, doljs.region_kod) = doljs.region_kod
            and brott.ar <= doljs.ar
    ) + 1 as serie,
    (
        select max(brott.orsak)
        from {{ ref('brott') }} as brott
        where
            brott.indikator_id = doljs.indikator_id
            and coalesce(brott.kalla, doljs.kalla) = doljs.kalla
            and coalesce(brott.region_kod, doljs.region_kod) = doljs.region_kod
            and brott.ar = doljs.ar
    ) as brottsorsak
from doljs
