with varden as (
    {{ gallande('invanartjanster', 'varden') }}
)

select
    period,
    region_kod,
    matt,
    varde,
    jamforelse,
    _respondent,
    _block,
    _period,
    _leverans_id,
    _blad,
    _rad
from varden
