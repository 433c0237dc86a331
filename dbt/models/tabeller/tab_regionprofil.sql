-- The last year in which some region has a value, and that year from the source that goes first.
with senaste as (
    select
        indikator_id,
        ar,
        min(prioritet) as prioritet
    from {{ ref('indikator') }}
    where kon = 'T' and region_kod <> '00' and varde is not null and ar <= {{ var('ar') }}
    group by indikator_id, ar
    qualify ar = max(ar) over (partition by indikator_id)
),

liknande as (
    select
        region_kod,
        string_agg(liknande_region, ', ' order by rang) as regioner
    from {{ ref('region_liknande') }}
    group by region_kod
)

select
    indikator.region_kod,
    coalesce(regioner.region, 'Riket') as region,
    indikator.indikator_id,
    indikatorer.namn as indikator,
    indikator.enhet,
    indikator.ar,
    indikator.varde,
    indikator.varde - indikator.skillnad_riket as riket,
    indikator.skillnad_riket,
    indikator.medel_liknande,
    indikator.rang,
    indikator.antal_regioner,
    liknande.regioner as liknande,
    indikator.anmarkning,
    indikator.varde_status,
    indikator.prioritet as _prioritet,
    row_number() over (
        order by
            {{ regionordning('regioner') }} nulls first,
            indikatorer.namn,
            indikator.region_kod,
            indikator.indikator_id
    ) as _ordning
from {{ ref('indikator') }} as indikator
inner join senaste
    on
        indikator.indikator_id = senaste.indikator_id
        and indikator.ar = senaste.ar
        and indikator.prioritet = senaste.prioritet
inner join {{ ref('indikatorer') }} as indikatorer on indikator.indikator_id = indikatorer.id
left join {{ ref('regioner') }} as regioner on indikator.region_kod = regioner.region_kod
left join liknande on indikator.region_kod = liknande.region_kod
where
    indikator.kon = 'T'
    and indikator.region_kod <> '00'
    and indikator.indikator_id <> 'folkmangd'
    and indikator.kalla in (select serier.kalla from {{ ref('serier') }} as serier)
