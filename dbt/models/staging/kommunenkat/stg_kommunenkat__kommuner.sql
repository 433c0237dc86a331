with kommuner as (
    {{ gallande('kommunenkat', 'kommuner', nyast=['ra.svarsdatum desc']) }}
)

select
    undersokning,
    _period as period,
    kommun_kod,
    svarsdatum,
    _leverans_id,
    _blad,
    _rad,
    _rattelse
from kommuner
