-- Made of what the months show and of nothing else: a year tells no more than its months do.
with ar_for_ar as (
    select
        cast(year(period) as integer) as ar,
        niva,
        region_kod,
        vardenhet_id,
        yrkeskategori,
        kon,
        count(*) as antal_manader,
        bool_and(varde_status is distinct from 'c') as visas,
        bool_or(varde_status = 'p') as preliminar,
        cast(sum(inom_tre_dagar) as bigint) as inom_tre_dagar,
        cast(sum(bedomningar) as bigint) as bedomningar,
        cast(sum(patientvald_vantan) as bigint) as patientvald_vantan
    from {{ ref('medicinsk_bedomning_tre_dagar') }}
    where varde_status is distinct from 'x'
    group by year(period), niva, region_kod, vardenhet_id, yrkeskategori, kon
),

rapporterande as (
    select
        cast(year(period) as integer) as ar,
        count(distinct region_kod) as antal_regioner
    from {{ ref('int_vantetid_kontakter_summerade') }}
    group by year(period)
)

select
    c.ar,
    c.niva,
    c.region_kod,
    c.vardenhet_id,
    c.yrkeskategori,
    c.kon,
    c.antal_manader,
    {{ publicerad_cell('c.visas') }},
    case when c.visas then c.patientvald_vantan end as patientvald_vantan,
    case when c.niva = 'riket' then rapporterande.antal_regioner else 1 end as antal_regioner,
    case when not c.visas then 'c' when c.preliminar then 'p' end as varde_status
from ar_for_ar as c
inner join rapporterande
    on c.ar = rapporterande.ar
