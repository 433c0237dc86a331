-- For each storhet and year the source of highest priority that has values. The reporting year has status rows where no
-- source has any.
with matningar as (
    select
        storheter.storhet,
        storheter.ordning,
        indikator.*
    from {{ ref('storheter') }} as storheter
    inner join {{ ref('indikator') }} as indikator
        on
            storheter.indikator_id = indikator.indikator_id
            and coalesce(storheter.definition, indikator.definition) = indikator.definition
    qualify
        dense_rank() over (
            partition by storheter.storhet, indikator.ar
            order by indikator.prioritet, indikator.kalla
        ) = 1
),

kallor as (
    select distinct
        storhet,
        ar,
        kalla
    from matningar
),

byten as (
    -- Years whose source is another than the year before: the series breaks there.
    select
        storhet,
        ar,
        lag(kalla) over (partition by storhet order by ar) <> kalla as ny_kalla
    from kallor
),

omraden as (
    select region_kod
    from {{ ref('regioner') }}

    union all

    select '00' as region_kod
),

saknade as (
    select
        storheter.storhet,
        storheter.ordning,
        storheter.indikator_id,
        omraden.region_kod
    from {{ ref('storheter') }} as storheter
    inner join {{ ref('indikatorer') }} as katalog
        on storheter.indikator_id = katalog.id
    inner join omraden
        on omraden.region_kod = '00' or katalog.niva = 'region'
    where storheter.foljs_fran <= {{ var('ar') }} and not exists (
        select 1
        from matningar
        where matningar.storhet = storheter.storhet and matningar.ar = {{ var('ar') }}
    )
)

select
    matningar.storhet,
    matningar.ar,
    matningar.region_kod,
    matningar.region,
    matningar.kon,
    matningar.taljare,
    matningar.namnare,
    matningar.varde,
    matningar.ki_undre,
    matningar.ki_ovre,
    matningar.enhet,
    matningar.kalla,
    coalesce(matningar.varde_status, case when byten.ny_kalla then 'b' end) as varde_status,
    matningar.indikator_id,
    matningar.definition,
    matningar.serie,
    case when not coalesce(byten.ny_kalla, false) then matningar.forandring end as forandring,
    matningar.rang,
    matningar.skillnad_riket,
    matningar.medel_regioner,
    matningar.antal_regioner,
    matningar.uteslutna_regioner,
    nullif(concat_ws(
        ' ',
        case
            when
                byten.ny_kalla and matningar.varde is not null
                then 'Uppgifterna hämtas från en annan källa än året före.'
        end,
        matningar.anmarkning
    ), '') as anmarkning,
    matningar.extraherad,
    matningar.leverans_id
from matningar
left join byten
    on matningar.storhet = byten.storhet and matningar.ar = byten.ar

union all

select
    saknade.storhet,
    cast({{ var('ar') }} as integer) as ar,
    saknade.region_kod,
    coalesce(regioner.region, 'Riket') as region,
    'T' as kon,
    null as taljare,
    null as namnare,
    null as varde,
    null as ki_undre,
    null as ki_ovre,
    katalog.enhet,
    null as kalla,
    'x' as varde_status,
    saknade.indikator_id,
    null as definition,
    cast(1 as bigint) as serie,
    null as forandring,
    null as rang,
    null as skillnad_riket,
    null as medel_regioner,
    cast(null as bigint) as antal_regioner,
    null as uteslutna_regioner,
    'Ingen källa har levererat värden för året.' as anmarkning,
    null as extraherad,
    null as leverans_id
from saknade
inner join {{ ref('indikatorer') }} as katalog
    on saknade.indikator_id = katalog.id
left join {{ ref('regioner') }} as regioner
    on saknade.region_kod = regioner.region_kod
order by 1, 2, 3, 5
