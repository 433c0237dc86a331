with svar as (
    {{ gallande('regionenkat', 'svar') }}
)

select
    ar,
    termin,
    region_kod,
    ersattningsform,
    inriktning,
    antal,
    antal_regioner,
    _respondent,
    _block,
    _period,
    _leverans_id,
    _blad,
    _rad
from svar
