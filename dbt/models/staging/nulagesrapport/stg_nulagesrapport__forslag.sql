-- What a coder is asked to judge in the reports that count: not the fields that no rule looks for.
with forslag as (
    {{ gallande('nulagesrapport', 'forslag') }}
)

select
    forslag.region_kod,
    forslag.overenskommelse,
    forslag.ar,
    forslag.typ,
    forslag.forslag_id
from forslag
inner join {{ ref('stg_nulagesrapport__rapporter') }} as rapporter
    on
        forslag._leverans_id = rapporter._leverans_id
        and forslag.segment = rapporter.segment
        and forslag.region_kod = rapporter.region_kod
        and forslag.overenskommelse = rapporter.overenskommelse
where
    rapporter.gallande
    and forslag.avsandare = forslag.region_kod
    and forslag.typ in ('insats', 'uppgift', 'kostnad', 'resultat', 'tackning')
    and forslag.forekomst <> 'ej_bedomd'
