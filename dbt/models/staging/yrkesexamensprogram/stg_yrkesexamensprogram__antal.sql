with antal as (
    {{ gallande('yrkesexamensprogram', 'antal') }}
)

select
    ar,
    region_kod,
    kon,
    program,
    matt,
    antal,
    _respondent,
    _block,
    _period,
    _leverans_id,
    _blad,
    _rad
from antal
