-- What each municipality has answered: for those who work with the report, and not published.
select
    svar.undersokning,
    svar.period,
    kommuner.region_kod,
    regioner.region,
    svar.kommun_kod,
    kommuner.kommun,
    svar.fraga,
    fragor.etikett_rapport as fraga_etikett,
    svar.svar as svarsalternativ,
    alternativ.etikett_rapport as svarsalternativ_etikett,
    svar._leverans_id as leverans_id
from {{ ref('stg_kommunenkat__svar') }} as svar
inner join {{ ref('int_kommunenkat_fragor_valda') }} as fragor
    on svar.undersokning = fragor.undersokning and svar.fraga = fragor.fraga
inner join {{ ref('kommuner') }} as kommuner on svar.kommun_kod = kommuner.kommun_kod
inner join {{ ref('regioner') }} as regioner on kommuner.region_kod = regioner.region_kod
left join {{ ref('svarsalternativ') }} as alternativ
    on fragor.svarslista = alternativ.svarslista and svar.svar = alternativ.svarsalternativ
order by svar.undersokning, svar.fraga, svar.kommun_kod
