with bedomda as (
    select
        *,
        varde is not null and not utesluten as jamfors,
        region_kod <> '00' and varde is not null and not utesluten as raknas
    from {{ ref('int_indikatorvarden_bedomda') }}
),

jamforda as (
    select
        *,
        lag(case when jamfors then varde end) over historia as foregaende,
        lag(ar) over historia as foregaende_ar,
        lag(serie) over historia as foregaende_serie,
        max(case when region_kod = '00' then varde end) over omgang as riket,
        avg(case when raknas then varde end) over (
            omgang order by region_kod rows between unbounded preceding and unbounded following
        ) as medel_regioner,
        count(*) filter (where raknas) over omgang as antal_regioner,
        array_to_string(
            list_sort(list(region_kod) filter (where region_kod <> '00' and utesluten) over omgang), ' '
        ) as uteslutna,
        case
            when raknas and riktning <> ''
                then rank() over (
                    partition by kalla, indikator_id, definition, ar, kon, raknas
                    order by case riktning when 'hogre' then -varde else varde end
                )
        end as rang
    from bedomda
    window
        historia as (partition by kalla, indikator_id, definition, region_kod, kon order by ar),
        omgang as (partition by kalla, indikator_id, definition, ar, kon)
),

liknande as (
    select
        jamforda.kalla,
        jamforda.indikator_id,
        jamforda.definition,
        jamforda.ar,
        jamforda.kon,
        likhet.region_kod,
        -- The same order every time, so that the last bit of the mean is the same.
        list_avg(list(jamforda.varde order by likhet.rang)) as medel,
        count(*) as antal
    from {{ ref('int_regioner_liknande') }} as likhet
    inner join jamforda
        on likhet.liknande_region_kod = jamforda.region_kod
    where jamforda.raknas
    group by
        jamforda.kalla, jamforda.indikator_id, jamforda.definition, jamforda.ar, jamforda.kon, likhet.region_kod
)

select
    jamforda.indikator_id,
    jamforda.definition,
    jamforda.kalla,
    make_date(jamforda.ar, 1, 1) as period,
    jamforda.ar,
    jamforda.region_kod,
    coalesce(regioner.region, 'Riket') as region,
    jamforda.kon,
    jamforda.taljare,
    jamforda.namnare,
    cast(jamforda.varde as double) as varde,
    jamforda.jamforelse,
    case when jamforda.intervall = 'wilson' then {{ wilson('jamforda.taljare', 'jamforda.namnare', -1) }} end
        as ki_undre,
    case when jamforda.intervall = 'wilson' then {{ wilson('jamforda.taljare', 'jamforda.namnare', 1) }} end as ki_ovre,
    jamforda.enhet,
    jamforda.decimaler,
    coalesce(jamforda.varde_status, case when jamforda.brottsorsak is not null then 'b' end) as varde_status,
    coalesce(
        nullif(concat_ws(' ', jamforda.brottsorsak, jamforda.anmarkning), ''),
        case when jamforda.varde_status = 'x' then 'Källan redovisar inget värde.' end
    ) as anmarkning,
    jamforda.serie,
    jamforda.brottsorsak is not null as brott,
    case
        when
            jamforda.jamfors and jamforda.foregaende_ar = jamforda.ar - 1 and jamforda.foregaende_serie = jamforda.serie
            then jamforda.varde - jamforda.foregaende
    end as forandring,
    cast(jamforda.rang as bigint) as rang,
    case when jamforda.raknas then jamforda.varde - jamforda.riket end as skillnad_riket,
    jamforda.medel_regioner,
    liknande.medel as medel_liknande,
    cast(coalesce(liknande.antal, 0) as bigint) as antal_liknande,
    cast(jamforda.antal_regioner as bigint) as antal_regioner,
    jamforda.uteslutna as uteslutna_regioner,
    jamforda.extraherad,
    jamforda.prioritet,
    jamforda.leverans_id
from jamforda
left join {{ ref('regioner') }} as regioner
    on jamforda.region_kod = regioner.region_kod
left join liknande
    on
        jamforda.kalla = liknande.kalla
        and jamforda.indikator_id = liknande.indikator_id
        and jamforda.definition = liknande.definition
        and jamforda.ar = liknande.ar
        and jamforda.kon = liknande.kon
        and jamforda.region_kod = liknande.region_kod
order by
    jamforda.indikator_id, jamforda.definition, jamforda.kalla, jamforda.ar, jamforda.kon, jamforda.region_kod
