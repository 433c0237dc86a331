-- Which agreements (`del`) the report on an agreement answers, year by year: itself, and those that the catalogue says
-- are answered with it. A row per agreement, year and agreement that is answered.
select
    overenskommelse as del,
    coalesce(redovisas_med, overenskommelse) as overenskommelse,
    cast(unnest(range(ar_fran, ar_till + 1)) as integer) as ar
from {{ ref('overenskommelser') }}
