-- A figure that differs from print is explained in the list of known inconsistencies, with its value, or is a fault.
select
    publikation,
    tabell,
    rad,
    kolumn,
    varde_tryckt,
    varde_beraknat,
    kallrad
from {{ ref('avstamning') }}
where utfall = 'ny_avvikelse'
