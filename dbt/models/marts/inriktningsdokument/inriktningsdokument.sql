with perioder as (
    select
        period,
        respondent_kod as region_kod
    from {{ ref('int_leveranskrav_bedomda') }}
    where kalla = 'inriktningsdokument'

    union

    select
        period,
        region_kod
    from {{ ref('int_inriktningsdokument_beslut_tolkade') }}
)

select
    cast(year(perioder.period) as integer) as ar,
    perioder.region_kod,
    regioner.region,
    dokument.dokument,
    dokument.politiskt_beslut,
    dokument.gemensamt_dokument,
    dokument.beslutsorgan,
    dokument.beslutsar,
    dokument.status,
    case when dokument._leverans_id is null then 'x' end as varde_status,
    dokument._leverans_id as leverans_id
from perioder
inner join {{ ref('regioner') }} as regioner
    on perioder.region_kod = regioner.region_kod
left join {{ ref('int_inriktningsdokument_beslut_tolkade') }} as dokument
    on
        perioder.region_kod = dokument.region_kod
        and perioder.period = dokument.period
order by perioder.period, regioner.ordning_alfabetisk
