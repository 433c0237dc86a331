with respondenter as (
    select
        'region' as respondent_typ,
        region_kod as respondent_kod,
        region_kod
    from {{ ref('regioner') }}

    union all

    select
        'kommun' as respondent_typ,
        kommun_kod as respondent_kod,
        region_kod
    from {{ ref('kommuner') }}
)

select
    krav.kalla,
    krav.overenskommelse,
    krav.period,
    krav.period_slut,
    krav.sista_dag,
    krav.respondent_typ,
    respondenter.respondent_kod,
    respondenter.region_kod
from {{ ref('leveranskrav') }} as krav
inner join respondenter
    on krav.respondent_typ = respondenter.respondent_typ
where year(krav.period_slut) <= {{ var('ar') }}
