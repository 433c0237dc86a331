select
    undersokning,
    yrke_kod,
    yrke,
    svarsalternativ,
    antal,
    andel,
    andel_publicerad,
    n,
    varde_status,
    row_number() over (order by ordning, undersokning, yrke_kod, svarsalternativ) as _ordning
from {{ ref('legitimationsyrken_balans') }}
where undersokning = 'kommunenkat_' || ({{ var('ar') }} - 1)
