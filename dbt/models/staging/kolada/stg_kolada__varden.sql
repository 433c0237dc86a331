with varden as (
    {{ gallande('kolada', 'varden') }}
)

select
    'kolada' as kalla,
    matt,
    ar,
    region_kod,
    kon,
    taljare,
    namnare,
    varde,
    markering,
    _respondent,
    _block,
    _period,
    _leverans_id,
    _blad,
    _rad
from varden
qualify
    row_number() over (partition by matt, ar, region_kod, kon order by _rad desc, _blad desc) = 1
