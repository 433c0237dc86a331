-- The areas that a report on an agreement is asked about, in the order of its template: the agreement's own, then those
-- of an agreement that is answered in the same report. A row per agreement, year and area.
select
    avtal.overenskommelse,
    avtal.ar,
    cast(
        row_number() over (
            partition by avtal.overenskommelse, avtal.ar
            order by avtal.del <> avtal.overenskommelse, avtal.del, omraden.ordning
        ) as integer
    ) as omrade,
    omraden.etikett
from {{ ref('int_avtal_redovisade') }} as avtal
inner join {{ ref('omraden') }} as omraden
    on avtal.del = omraden.overenskommelse
where omraden.del_av is null
