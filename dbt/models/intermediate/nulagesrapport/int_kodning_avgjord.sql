-- One judgement per thing: the deciding row where there is one, otherwise the one all coders share. Where they differ
-- and none has decided, there is no judgement.
with jamforda as (
    select
        region_kod,
        overenskommelse,
        ar,
        typ,
        enhet,
        count(distinct kodare) as antal_kodare,
        bool_or(avgorande) or min(bedomning) = max(bedomning) as avgjord
    from {{ ref('stg_kodning__rader') }}
    group by region_kod, overenskommelse, ar, typ, enhet
),

valda as (
    select *
    from {{ ref('stg_kodning__rader') }}
    qualify
        row_number() over (
            partition by region_kod, overenskommelse, ar, typ, enhet
            order by avgorande desc, kodningsdatum desc, kodare asc
        ) = 1
)

select
    valda.*, -- noqa: AM04
    jamforda.antal_kodare,
    jamforda.avgjord
from valda
inner join jamforda
    on
        valda.region_kod = jamforda.region_kod
        and valda.overenskommelse = jamforda.overenskommelse
        and valda.ar = jamforda.ar
        and valda.typ = jamforda.typ
        and valda.enhet = jamforda.enhet
