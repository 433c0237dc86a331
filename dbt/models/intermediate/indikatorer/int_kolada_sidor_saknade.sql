-- Pages of a Kolada answer that lie between, or after, pages that have been delivered. A page says which number the
-- next one has; the last page may be without a number of its own.
with sidor as (
    select
        ra.matt,
        ra.fraga,
        ra.sida,
        ra.nasta_sida,
        min(ra.ar) as ar
    from {{ source('kolada', 'varden') }} as ra
    inner join {{ ref('stg_register__leveranser') }} as leveranser
        on ra._leverans_id = leveranser.leverans_id
    where leveranser.status in ('godkand', 'godkand_med_anmarkning')
    group by ra.matt, ra.fraga, ra.sida, ra.nasta_sida
),

utan_nummer as (
    select distinct matt
    from sidor
    where sida is null
),

vantade as (
    select
        matt,
        fraga,
        unnest(generate_series(1, max(greatest(sida, coalesce(nasta_sida, sida))))) as sida,
        max(nasta_sida) as sista
    from sidor
    where fraga is not null
    group by matt, fraga
    -- An answer that is only about later years does not concern the report.
    having min(ar) <= {{ var('ar') }}
)

select
    vantade.matt,
    vantade.fraga,
    vantade.sida
from vantade
left join utan_nummer
    on vantade.matt = utan_nummer.matt
where
    not exists (
        select 1
        from sidor
        where sidor.fraga = vantade.fraga and sidor.sida = vantade.sida
    )
    and not (vantade.sida = vantade.sista and utan_nummer.matt is not null)
