-- The regions' strategy documents over the years: printed ones of earlier follow-ups, delivered ones from 2020 on.
with artal as (
    select distinct ar from {{ ref('styrdokument') }}
    where ar <= {{ var('ar') }}
),

dokument as (
    select
        artal.ar,
        regioner.region_kod,
        styrdokument.dokument,
        null as beslutsorgan,
        null as beslutsar,
        coalesce(styrdokument.status, 'ej_angivet') as status,
        null as varde_status,
        styrdokument.kallrad as kalla
    from artal
    cross join {{ ref('regioner') }} as regioner
    left join {{ ref('styrdokument') }} as styrdokument
        on
            artal.ar = styrdokument.ar
            and regioner.region_kod = styrdokument.region_kod

    union all

    select
        ar,
        region_kod,
        dokument,
        beslutsorgan,
        beslutsar,
        case
            when status = 'under_utveckling' then status
            when dokument is not null then 'finns'
            else 'ej_angivet'
        end as status,
        varde_status,
        leverans_id as kalla
    from {{ ref('inriktningsdokument') }}
),

foregaende as (
    select
        *,
        lag(ar) over (partition by region_kod order by ar) as ar_fore,
        lag(dokument) over (partition by region_kod order by ar) as dokument_fore,
        lag(status) over (partition by region_kod order by ar) as status_fore
    from dokument
)

select
    foregaende.ar,
    foregaende.region_kod,
    regioner.region,
    foregaende.dokument,
    foregaende.status,
    foregaende.beslutsorgan,
    foregaende.beslutsar,
    cast(foregaende.ar_fore as integer) as ar_fore,
    foregaende.dokument_fore,
    foregaende.status_fore,
    foregaende.varde_status,
    foregaende.kalla
from foregaende
inner join {{ ref('regioner') }} as regioner
    on foregaende.region_kod = regioner.region_kod
order by foregaende.ar, regioner.ordning_alfabetisk
