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
    indikatorer.namn || case when jamforelse.kalltext is not null then ', enligt ' || jamforelse.kalltext else '' end
        as indikator,
    indikator.enhet,
    indikator.ar,
    indikator.varde,
    indikator.varde - indikator.skillnad_riket as riket,
    indikator.skillnad_riket,
    indikator.medel_liknande,
    indikator.rang,
    indikator.antal_regioner,
    liknande.regioner as liknande,
    nullif(concat_ws(
        ' ',
        case
            when jamforelse.kalltext is not null
                then
                    'En jämförelse: värdet kommer ur ' || jamforelse.kalltext || ' och avser hela året. Måttet följs '
                    || 'med ' || egen.kalltext || ', vars värden avser de perioder som anges där.'
        end,
        case when jamforelse.kalltext is not null then indikatorer.forbehall end,
        indikator.anmarkning
    ), '') as anmarkning,
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
-- A measure that is followed with another source is shown beside it under a name of its own.
left join {{ ref('kallor') }} as jamforelse
    on indikator.kalla = jamforelse.kalla and indikator.kalla <> indikatorer.kalla
left join {{ ref('kallor') }} as egen on indikatorer.kalla = egen.kalla
left join {{ ref('regioner') }} as regioner on indikator.region_kod = regioner.region_kod
left join liknande on indikator.region_kod = liknande.region_kod
where
    indikator.kon = 'T'
    and indikator.region_kod <> '00'
    and indikator.indikator_id <> 'folkmangd'
    and indikator.kalla in (select serier.kalla from {{ ref('serier') }} as serier)
