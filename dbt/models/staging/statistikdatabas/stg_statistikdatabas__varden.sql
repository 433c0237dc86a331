with varden as (
    {{ gallande('statistikdatabas', 'varden') }}
)

select
    amne,
    region_kod,
    period,
    varde,
    status as varde_status,
    uttagen,
    _leverans_id
from varden
qualify row_number() over (partition by amne, region_kod, period order by uttagen desc, _leverans_id desc) = 1
