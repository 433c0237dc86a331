select
    undersokning,
    fraga,
    fraga_etikett,
    svarsalternativ,
    antal,
    andel,
    andel_publicerad,
    n,
    varde_status,
    row_number() over (order by fraga_ordning, undersokning, fraga, svarsalternativ) as _ordning
from {{ ref('kommunenkat_resultat') }}
where undersokning = 'kommunenkat_' || ({{ var('ar') }} - 1) and niva = 'riket' and fraga in ('2', '2a')
