-- Deliveries to the warehouse, and what the agreements ask to be handed in to somebody else.
with krav as (
    select
        kalla,
        overenskommelse,
        period,
        period_slut,
        sista_dag,
        respondent_typ,
        true as tas_emot,
        true as hit
    from {{ ref('int_leveranskrav_perioder') }}

    union all

    select
        skyldigheter.skyldighet as kalla,
        skyldigheter.overenskommelse,
        skyldigheter.period,
        skyldigheter.period_slut,
        skyldigheter.sista_dag,
        skyldigheter.respondent_typ,
        false as tas_emot,
        skyldigheter.mottagare = 'Socialstyrelsen' as hit
    from {{ ref('skyldigheter') }} as skyldigheter
    left join {{ ref('leveranskrav') }} as leveranskrav
        on
            skyldigheter.skyldighet = leveranskrav.kalla
            and skyldigheter.overenskommelse = leveranskrav.overenskommelse
    inner join {{ ref('overenskommelser') }} as overenskommelser
        on skyldigheter.overenskommelse = overenskommelser.overenskommelse
    where
        -- What has a day is followed, and what is to be handed in; a standing condition or right is neither.
        (skyldigheter.typ in ('redovisning', 'ekonomi') or skyldigheter.sista_dag is not null)
        and leveranskrav.kalla is null
        -- What is answered in the report on another agreement is asked for once.
        and (skyldigheter.typ = 'ekonomi' or overenskommelser.redovisas_med is null)
)

select
    krav.kalla,
    krav.overenskommelse,
    krav.period,
    krav.period_slut,
    krav.sista_dag,
    krav.respondent_typ,
    krav.tas_emot,
    krav.hit,
    respondenter.respondent_kod,
    respondenter.region_kod
from krav
-- Asked are those who were there when the period began.
inner join {{ ref('int_respondenter') }} as respondenter
    on
        krav.respondent_typ = respondenter.respondent_typ
        and {{ i_kraft('respondenter', 'krav.period') }}
where year(krav.period_slut) <= {{ var('ar') }}
