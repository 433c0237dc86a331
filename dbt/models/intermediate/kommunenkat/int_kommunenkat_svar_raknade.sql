with grupper as (
    select distinct
        niva,
        grupp_kod,
        grupp
    from {{ ref('int_regioner_grupperade') }}
),

raknade as (
    select
        svar.undersokning,
        svar.fraga,
        svar.svar,
        grupper.niva,
        grupper.grupp_kod,
        count(*) as antal
    from {{ ref('int_kommunenkat_svar_ruttade') }} as svar
    inner join {{ ref('int_regioner_grupperade') }} as grupper
        on svar.region_kod = grupper.region_kod
    group by svar.undersokning, svar.fraga, svar.svar, grupper.niva, grupper.grupp_kod
),

-- Every option in every group, also those that nobody chose.
celler as (
    select
        fragor.undersokning,
        fragor.fraga,
        fragor.yrke_kod,
        fragor.etikett_rapport as fraga_etikett,
        fragor.ordning_rapport as fraga_ordning,
        -- Only the whole country is printed so that a row sums to 100. A region's share is rounded by itself.
        case when grupper.niva = 'riket' then fragor.avrundningsregel else 'halv_upp' end as avrundningsregel,
        alternativ.svarsalternativ,
        alternativ.etikett_rapport as svarsalternativ_etikett,
        alternativ.ordning as svarsalternativ_ordning,
        grupper.niva,
        grupper.grupp_kod,
        grupper.grupp
    from {{ ref('int_kommunenkat_fragor_valda') }} as fragor
    inner join {{ ref('svarsalternativ') }} as alternativ
        on fragor.svarslista = alternativ.svarslista
    cross join grupper
)

select
    celler.*,
    coalesce(raknade.antal, 0) as antal,
    cast(sum(coalesce(raknade.antal, 0)) over (
        partition by celler.undersokning, celler.fraga, celler.niva, celler.grupp_kod
    ) as bigint) as n
from celler
left join raknade
    on
        celler.undersokning = raknade.undersokning
        and celler.fraga = raknade.fraga
        and celler.svarsalternativ = raknade.svar
        and celler.niva = raknade.niva
        and celler.grupp_kod = raknade.grupp_kod
