select
    krav.respondent_typ,
    krav.respondent_kod,
    respondenter.respondent,
    krav.overenskommelse,
    krav.kalla,
    coalesce(skyldigheter.namn, kallor.namn) as skyldighet,
    coalesce(skyldigheter.krav, 'ska') as krav,
    case when skyldigheter.skyldighet is null then 'Socialstyrelsen' else skyldigheter.mottagare end as mottagare,
    krav.period,
    krav.sista_dag,
    -- What is not here, or goes to somebody else, was handed in when a report says so, and by whom.
    case
        when krav.status not in ('okand', 'saknas') then krav.status
        when namngivna.varde = 'ja' then 'inkommen'
        when skyldigheter.lamnad is null then krav.status
        when skyldigheter.lamnad > krav.sista_dag then 'sen'
        else 'inkommen'
    end as status,
    krav.status in ('vantar', 'avvisad') or (krav.status = 'saknas' and skyldigheter.lamnad is null) as paminnelse,
    skyldigheter.foljd
from {{ ref('int_leveranskrav_bedomda') }} as krav
inner join {{ ref('int_respondenter') }} as respondenter
    on krav.respondent_kod = respondenter.respondent_kod
left join {{ ref('kallor') }} as kallor
    on krav.kalla = kallor.kalla
left join {{ ref('skyldigheter') }} as skyldigheter
    on
        krav.kalla = skyldigheter.skyldighet
        and krav.overenskommelse = skyldigheter.overenskommelse
        and krav.respondent_typ = skyldigheter.respondent_typ
        and krav.period between skyldigheter.period and skyldigheter.period_slut
left join {{ ref('stg_underlag__rader') }} as namngivna
    on
        namngivna.slag = 'publicerad'
        and skyldigheter.utsaga = namngivna.utsaga
        and krav.respondent_kod = namngivna.region_kod
order by krav.sista_dag nulls last, krav.respondent_typ, krav.respondent_kod, krav.kalla, krav.period
