select
    resultat.undersokning,
    resultat.yrke_kod,
    yrken.yrke,
    resultat.svarsalternativ,
    resultat.svarsalternativ_etikett,
    resultat.antal,
    resultat.n,
    resultat.andel,
    resultat.andel_publicerad,
    resultat.varde_status,
    cast(yrken.ordning_rapport as integer) as ordning,
    resultat.svarsalternativ_ordning
from {{ ref('kommunenkat_resultat') }} as resultat
inner join {{ ref('yrken') }} as yrken
    on resultat.yrke_kod = yrken.yrke_kod
where resultat.niva = 'riket'
order by resultat.undersokning, yrken.ordning_rapport, resultat.svarsalternativ_ordning
