select
    undersokning,
    fraga,
    fraga_etikett,
    andel,
    andel_publicerad,
    n,
    varde_status,
    row_number() over (order by fraga_ordning, undersokning, fraga) as _ordning
from {{ ref('kommunenkat_resultat') }}
where
    undersokning = 'kommunenkat_' || ({{ var('ar') }} - 1)
    and niva = 'riket'
    and svarsalternativ = 'ja'
    and fraga in ('1a', '1b', '1c', '1d')
