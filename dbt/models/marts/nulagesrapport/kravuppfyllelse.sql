-- What each agreement asks for, clause by clause, and how each region meets it by its own report and the coder's word.
select
    ar,
    overenskommelse,
    region_kod,
    region,
    omrade,
    punkt,
    etikett,
    krav,
    tillstand,
    case when tillstand in ('besvarad', 'uppfyllt', 'delvis') then citat end as citat,
    cast(case when tillstand in ('besvarad', 'uppfyllt', 'delvis') then rad_fran end as integer) as rad_fran,
    cast(case when tillstand in ('besvarad', 'uppfyllt', 'delvis') then rad_till end as integer) as rad_till,
    kodare,
    kodningsdatum,
    kallrad,
    _leverans_id as leverans_id
from {{ ref('int_punkter_kodade') }}
order by ar, overenskommelse, ordning_alfabetisk, omrade, punkt
