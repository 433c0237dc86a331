-- Which of the agreement's points each report answers, however well. What nobody has judged is ej_bedomd.
with svar as (
    select
        *,
        case when tillstand in ('uppfyllt', 'delvis') then 'besvarad' else tillstand end as besvarad_eller_ej
    from {{ ref('int_punkter_kodade') }}
)

select
    ar,
    overenskommelse,
    region_kod,
    region,
    omrade,
    punkt,
    etikett,
    besvarad_eller_ej as tillstand,
    case when besvarad_eller_ej = 'besvarad' then citat end as citat,
    cast(case when besvarad_eller_ej = 'besvarad' then rad_fran end as integer) as rad_fran,
    cast(case when besvarad_eller_ej = 'besvarad' then rad_till end as integer) as rad_till
from svar
order by ar, overenskommelse, ordning_alfabetisk, omrade, punkt
