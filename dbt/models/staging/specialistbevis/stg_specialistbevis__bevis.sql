with bevis as (
    {{ gallande('specialistbevis', 'bevis') }}
)

select
    ar,
    region_kod,
    kon,
    specialitet,
    regexp_matches(lower(specialitet), 'allm[aä]nmedicin') as allmanmedicin,
    antal,
    _respondent,
    _block,
    _period,
    _leverans_id,
    _blad,
    _rad
from bevis
