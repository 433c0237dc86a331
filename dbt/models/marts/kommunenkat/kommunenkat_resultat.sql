select
    undersokning,
    fraga,
    fraga_etikett,
    svarsalternativ,
    svarsalternativ_etikett,
    niva,
    grupp_kod,
    grupp,
    cast(case when n > 0 then antal end as bigint) as antal,
    cast(n as bigint) as n,
    cast({{ andel('antal', 'n') }} as double) as andel,
    cast({{ andel_publicerad('antal', 'n', 'undersokning, fraga, niva, grupp_kod', 'avrundningsregel') }} as double)
        as andel_publicerad,
    case when n = 0 then 'x' end as varde_status,
    yrke_kod,
    cast(fraga_ordning as integer) as fraga_ordning,
    cast(svarsalternativ_ordning as integer) as svarsalternativ_ordning
from {{ ref('int_kommunenkat_svar_raknade') }}
order by undersokning, fraga_ordning, grupp_kod, svarsalternativ_ordning
