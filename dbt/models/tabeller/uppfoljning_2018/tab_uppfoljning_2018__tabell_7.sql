select
    erfarenhet.region_kod,
    {{ regionnamn('regioner') }} as region,
    erfarenhet.erfarenhet,
    erfarenhet.kodat,
    erfarenhet.matt_namn,
    erfarenhet.varde_fore,
    erfarenhet.jamforelse,
    erfarenhet.varde_efter,
    erfarenhet.enhet,
    row_number() over (order by erfarenhet.rad) as _ordning
from {{ ref('uppgiftsvaxling_erfarenhet') }} as erfarenhet
inner join {{ ref('regioner') }} as regioner
    on erfarenhet.region_kod = regioner.region_kod
where erfarenhet.publikation = 'uppfoljning_2018'
