with varden as (
    {{ gallande('personalstatistik', 'varden') }}
)

select
    ar,
    kvartal,
    region_kod,
    yrkesgrupp,
    kon,
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
