with regionvis as (
    select
        fordelade.variant,
        fordelade.ar,
        fordelade.region_kod,
        sum(fordelade.belopp) filter (where fordelade.grupp = 'besok') as belopp_besok,
        sum(fordelade.belopp) filter (where fordelade.grupp = 'operation') as belopp_operation,
        sum(fordelade.belopp) as belopp,
        count(*) as jamforelser
    from {{ ref('int_komiljard_fordelade') }} as fordelade
    group by fordelade.variant, fordelade.ar, fordelade.region_kod
),

-- Block 2: what a region has by its population, whatever it has done.
efter_befolkning as (
    select
        ar,
        region_kod,
        belopp
    from {{ ref('int_medel_fordelade') }}
    where overenskommelse like 'komiljard%' and post = 'block_2'
),

forvantade as (
    select
        ar,
        2 * count(*) as antal
    from {{ ref('komiljard_manader') }}
    where ar <= {{ var('ar') }}
    group by ar
),

-- Every region has a row in every variant, also where nothing could be compared; riket is the sum.
ram as (
    select
        varianter.variant,
        forvantade.ar,
        grupper.region_kod,
        grupper.grupp_kod,
        grupper.grupp as region,
        forvantade.antal
    from {{ ref('komiljard_varianter') }} as varianter
    cross join forvantade
    cross join {{ ref('int_regioner_grupperade') }} as grupper
)

select
    ram.variant,
    ram.ar,
    ram.grupp_kod as region_kod,
    any_value(ram.region) as region,
    cast(sum(regionvis.belopp_besok) as bigint) as belopp_besok,
    cast(sum(regionvis.belopp_operation) as bigint) as belopp_operation,
    cast(sum(regionvis.belopp) as bigint) as belopp,
    cast(sum(efter_befolkning.belopp) as bigint) as belopp_befolkning,
    cast(sum(regionvis.belopp) + sum(efter_befolkning.belopp) as bigint) as belopp_sammanlagt,
    cast(sum(ram.antal) as bigint) as jamforelser_forvantade,
    cast(coalesce(sum(regionvis.jamforelser), 0) as bigint) as jamforelser,
    case when sum(regionvis.jamforelser) is null then 'x' end as varde_status
from ram
left join regionvis
    on
        ram.variant = regionvis.variant
        and ram.ar = regionvis.ar
        and ram.region_kod = regionvis.region_kod
left join efter_befolkning
    on
        ram.ar = efter_befolkning.ar
        and ram.region_kod = efter_befolkning.region_kod
group by ram.variant, ram.ar, ram.grupp_kod
order by ram.variant, ram.ar, ram.grupp_kod
