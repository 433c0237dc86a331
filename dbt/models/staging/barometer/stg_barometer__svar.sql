with svar as (
    {{ gallande('barometer', 'svar') }}
)

select
    ar,
    region_kod,
    kon,
    fraga,
    svarsalternativ,
    antal,
    _respondent,
    _block,
    _period,
    _leverans_id,
    _blad,
    _rad
from svar
