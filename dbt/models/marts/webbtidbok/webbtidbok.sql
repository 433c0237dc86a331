with perioder as (
    select
        period,
        respondent_kod as region_kod
    from {{ ref('int_leveranskrav_bedomda') }}
    where kalla = 'webbtidbok'

    union

    select
        period,
        region_kod
    from {{ ref('stg_webbtidbok__mottagningar') }}
)

select
    perioder.period,
    perioder.region_kod,
    regioner.region,
    mottagningar.* exclude (period, region_kod, _leverans_id, _blad, _rad, _rattelse), -- noqa: AM04,RF02
    case when mottagningar._leverans_id is null then 'x' end as varde_status,
    mottagningar._leverans_id as leverans_id
from perioder
inner join {{ ref('regioner') }} as regioner
    on perioder.region_kod = regioner.region_kod
left join {{ ref('stg_webbtidbok__mottagningar') }} as mottagningar
    on
        perioder.region_kod = mottagningar.region_kod
        and perioder.period = mottagningar.period
order by perioder.period, regioner.ordning_alfabetisk
