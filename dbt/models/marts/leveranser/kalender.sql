with namngivna as (
    select
        'region' as respondent_typ,
        region_kod as respondent_kod,
        region_officiell as respondent
    from {{ ref('regioner') }}

    union all

    select
        'rss' as respondent_typ,
        'rss' || region_kod as respondent_kod,
        'RSS i ' || lan as respondent
    from {{ ref('regioner') }}

    union all

    select
        'kommun' as respondent_typ,
        kommun_kod as respondent_kod,
        kommun as respondent
    from {{ ref('kommuner') }}

    union all

    select
        'skr' as respondent_typ,
        'skr' as respondent_kod,
        'SKR' as respondent
)

select
    krav.respondent_typ,
    krav.respondent_kod,
    namngivna.respondent,
    krav.overenskommelse,
    krav.kalla,
    coalesce(skyldigheter.namn, kallor.namn) as skyldighet,
    coalesce(skyldigheter.krav, 'ska') as krav,
    coalesce(skyldigheter.mottagare, 'Socialstyrelsen') as mottagare,
    krav.period,
    krav.sista_dag,
    krav.status,
    krav.status in ('saknas', 'avvisad') as paminnelse,
    skyldigheter.foljd
from {{ ref('int_leveranskrav_bedomda') }} as krav
inner join namngivna
    on
        krav.respondent_typ = namngivna.respondent_typ
        and krav.respondent_kod = namngivna.respondent_kod
left join {{ ref('kallor') }} as kallor
    on krav.kalla = kallor.kalla
left join {{ ref('skyldigheter') }} as skyldigheter
    on
        not krav.tas_emot
        and krav.kalla = skyldigheter.skyldighet
        and krav.overenskommelse = skyldigheter.overenskommelse
        and krav.respondent_typ = skyldigheter.respondent_typ
order by krav.sista_dag nulls last, krav.respondent_typ, krav.respondent_kod, krav.kalla, krav.period
