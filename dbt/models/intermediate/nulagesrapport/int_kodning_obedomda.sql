-- How much of each report is judged: its proposals, and those that no coder has decided on.
with kodade as (
    select distinct
        region_kod,
        overenskommelse,
        ar,
        forslag_id
    from {{ ref('stg_kodning__rader') }}
    where forslag_id is not null
)

select
    forslag.region_kod,
    forslag.overenskommelse,
    forslag.ar,
    count(*) as antal_forslag,
    count(*) filter (where kodade.forslag_id is null) as antal_obedomda,
    count(*) filter (where kodade.forslag_id is null and forslag.typ = 'insats') as insatser_obedomda
from {{ ref('stg_nulagesrapport__forslag') }} as forslag
left join kodade
    on
        forslag.region_kod = kodade.region_kod
        and forslag.overenskommelse = kodade.overenskommelse
        and forslag.ar = kodade.ar
        and forslag.forslag_id = kodade.forslag_id
group by forslag.region_kod, forslag.overenskommelse, forslag.ar
