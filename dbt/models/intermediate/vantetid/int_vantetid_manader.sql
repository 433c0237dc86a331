select
    period,
    md5(
        '{{ var("regelverk") }}'
        || string_agg(region_kod || leverans_id || rader || coalesce(innehall, ''), '|' order by region_kod)
    ) as signatur
from {{ ref('stg_vantetid_primarvard__block') }}
group by period
