-- The coverage of the reports in numbers, per area; area null is all of them. A sum of costs says how many regions it
-- rests on.
with alla as (
    select {{ antal_i_kraft('regioner') }} as antal
),

rader as (
    select
        ar,
        overenskommelse,
        region_kod,
        region,
        omrade,
        omrade_namn,
        antal_insatser,
        kostnader,
        kostnad_kr,
        resultat
    from {{ ref('rapporttackning') }}

    union all

    select
        ar,
        overenskommelse,
        region_kod,
        any_value(region) as region,
        null as omrade,
        null as omrade_namn,
        sum(antal_insatser) as antal_insatser,
        case
            when bool_or(kostnader like '%belopp%') then 'belopp'
            when bool_and(kostnader in ('ej_bedomd', 'oenig')) then 'ej_bedomd'
            else 'utan_belopp'
        end as kostnader,
        sum(kostnad_kr) as kostnad_kr,
        case
            when bool_or(resultat = 'kvantifierat') then 'kvantifierat'
            when bool_or(resultat = 'kvalitativt') then 'kvalitativt'
            when bool_and(resultat in ('ej_bedomd', 'oenig')) then 'ej_bedomd'
            else 'ej_angivet'
        end as resultat
    from {{ ref('rapporttackning') }}
    group by ar, overenskommelse, region_kod
),

med_bas as (
    select
        rader.*,
        alla.antal as bas
    from rader
    cross join alla
)

select
    ar,
    overenskommelse,
    cast(omrade as integer) as omrade,
    any_value(omrade_namn) as omrade_namn,
    cast(any_value(bas) as integer) as bas,
    cast(count(*) as integer) as antal_rapporter,
    cast(count(*) filter (where antal_insatser > 0) as integer) as med_insatser,
    cast(sum(antal_insatser) as integer) as antal_insatser,
    cast(count(*) filter (where kostnader not in ('ej_bedomd', 'oenig')) as integer) as kostnad_bedomd,
    cast(count(kostnad_kr) as integer) as kostnad_antal_regioner,
    cast(sum(kostnad_kr) as bigint) as kostnad_kr,
    string_agg(region, ', ' order by region) filter (where kostnad_kr is not null) as kostnad_regioner,
    cast(count(*) filter (where resultat not in ('ej_bedomd', 'oenig')) as integer) as resultat_bedomt,
    cast(count(*) filter (where resultat = 'kvantifierat') as integer) as resultat_kvantifierat,
    cast(count(*) filter (where resultat = 'kvalitativt') as integer) as resultat_kvalitativt,
    case when count(*) < any_value(bas) then 'p' end as varde_status
from med_bas
group by ar, overenskommelse, omrade
order by ar, overenskommelse, omrade nulls last
