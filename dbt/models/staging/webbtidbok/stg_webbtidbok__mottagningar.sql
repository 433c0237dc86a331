with mottagningar as (
    {{ gallande('webbtidbok', 'mottagningar', nyast=[]) }}
)

select
    _period as period,
    region_kod,
    visa_tid,
    boka_tid,
    _leverans_id,
    _blad,
    _rad,
    _rattelse
from mottagningar
