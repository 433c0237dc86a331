with folkmangd as (
    {{ gallande('befolkning', 'folkmangd') }}
)

select
    ar,
    region_kod,
    kon,
    antal,
    _respondent,
    _block,
    _period,
    _leverans_id,
    _blad,
    _rad
from folkmangd
