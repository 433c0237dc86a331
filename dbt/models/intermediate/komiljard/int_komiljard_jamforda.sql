-- The months that are compared, for every region and group, with the same month the year before beside.
with grupper as (
    select unnest(['besok', 'operation']) as grupp
),

ram as (
    select
        manader.overenskommelse,
        manader.ar,
        manader.manad,
        make_date(manader.ar, manader.manad, 1) as period,
        grupper.grupp,
        regioner.region_kod
    from {{ ref('komiljard_manader') }} as manader
    cross join grupper
    cross join {{ ref('regioner') }} as regioner
    where manader.ar <= {{ var('ar') }}
)

select
    ram.*,
    nu.vantande,
    nu.vantande_inom_90,
    nu.vantande_inom_60,
    nu.patientvald_vantan,
    nu._leverans_id as leverans_id,
    fore.vantande as vantande_fore,
    fore.vantande_inom_90 as vantande_inom_90_fore,
    fore._leverans_id as leverans_id_fore,
    coalesce(nu.vantande > 0 and fore.vantande > 0, false) as jamforbar,
    -- Improvement in percentage points as a quotient of integers, so that exactly 1, 3 and 5 are exact.
    cast(100 as hugeint)
    * (nu.vantande_inom_90 * fore.vantande - fore.vantande_inom_90 * nu.vantande) as forbattring_taljare,
    cast(nu.vantande as hugeint) * fore.vantande as forbattring_namnare
from ram
left join {{ ref('stg_vantetid_specialistvard__vantande') }} as nu
    on
        ram.region_kod = nu.region_kod
        and ram.grupp = nu.grupp
        and ram.period = nu.period
left join {{ ref('stg_vantetid_specialistvard__vantande') }} as fore
    on
        ram.region_kod = fore.region_kod
        and ram.grupp = fore.grupp
        and make_date(ram.ar - 1, ram.manad, 1) = fore.period
