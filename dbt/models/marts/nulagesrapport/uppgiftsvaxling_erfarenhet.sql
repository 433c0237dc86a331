-- What regions have told of shifting tasks: the text as printed, what it was coded as, and the result where it is a
-- number.
with texter as (
    select
        publikation,
        rad,
        max(text) filter (where kolumn = 'region_kod') as region_kod,
        max(text) filter (where kolumn = 'erfarenhet') as erfarenhet,
        max(kallrad) filter (where kolumn = 'erfarenhet') as kallrad
    from {{ ref('tabelltexter') }}
    group by publikation, tabell, rad
    having count(*) filter (where kolumn = 'erfarenhet') > 0
),

-- That the region has a result at all goes without saying here.
kodade as (
    select
        regioner.publikation,
        regioner.region_kod,
        string_agg(distinct koder.etikett, '; ' order by koder.etikett) as kodat,
        count(distinct regioner.falt) as antal_koder
    from {{ ref('tryckta_regioner') }} as regioner
    inner join {{ ref('resultatkoder') }} as koder
        on regioner.falt = koder.falt
    group by regioner.publikation, regioner.region_kod
)

select
    texter.publikation,
    texter.rad,
    texter.region_kod,
    regioner.region,
    texter.erfarenhet,
    kodade.kodat,
    kodade.antal_koder,
    resultat.namn as matt_namn,
    resultat.fore as varde_fore,
    resultat.efter as varde_efter,
    resultat.jamforelse,
    resultat.enhet,
    texter.kallrad
from texter
inner join {{ ref('regioner') }} as regioner
    on texter.region_kod = regioner.region_kod
left join kodade
    on texter.publikation = kodade.publikation and texter.region_kod = kodade.region_kod
left join {{ ref('tryckta_resultat') }} as resultat
    on texter.publikation = resultat.publikation and texter.region_kod = resultat.region_kod
order by texter.publikation, texter.rad
