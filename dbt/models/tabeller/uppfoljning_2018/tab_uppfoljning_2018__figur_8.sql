with rader as (
    select
        ar,
        max(antal) filter (where program = 'barnmorska') as barnmorska,
        max(antal) filter (where program = 'specialistsjukskoterska') as specialistsjukskoterska
    from {{ ref('yrkesexamensprogram') }}
    where
        region_kod = '00'
        and kon = 'T'
        and matt = 'nyborjare'
        and program in ('barnmorska', 'specialistsjukskoterska')
        and ar between 2008 and 2018
    group by ar
)

select
    cast(ar as varchar) as ar,
    barnmorska,
    specialistsjukskoterska,
    row_number() over (order by ar) as _ordning
from rader
