with ramar as (
    select
        period,
        md5(string_agg(region_kod || vardenhet_id || agarform, '|' order by region_kod, vardenhet_id)) as signatur
    from {{ ref('int_vantetid_enheter') }}
    group by period
)

select
    manader.period,
    md5(manader.signatur || coalesce(ramar.signatur, '')) as signatur
from {{ ref('int_vantetid_manader') }} as manader
left join ramar
    on manader.period = ramar.period
