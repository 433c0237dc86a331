with kostnader as (
    {{ gallande('rakenskap', 'kostnader') }}
)

select
    ar,
    region_kod,
    komponent,
    belopp,
    _respondent,
    _block,
    _period,
    _leverans_id,
    _blad,
    _rad
from kostnader
