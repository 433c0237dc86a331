-- The areas that a report on an agreement is asked about, in the order of its template: the agreement's own, then those
-- of an agreement that is answered in the same report. A row per agreement, year and area.
with avtal as (
    select
        overenskommelser.overenskommelse as del,
        coalesce(overenskommelser.redovisas_med, overenskommelser.overenskommelse) as overenskommelse,
        unnest(range(overenskommelser.ar_fran, overenskommelser.ar_till + 1)) as ar
    from {{ ref('overenskommelser') }} as overenskommelser
)

select
    avtal.overenskommelse,
    cast(avtal.ar as integer) as ar,
    cast(
        row_number() over (
            partition by avtal.overenskommelse, avtal.ar
            order by avtal.del <> avtal.overenskommelse, avtal.del, omraden.ordning
        ) as integer
    ) as omrade,
    omraden.etikett
from avtal
inner join {{ ref('omraden') }} as omraden
    on avtal.del = omraden.overenskommelse
where omraden.del_av is null
