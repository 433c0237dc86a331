-- Half-years, by the months that the figure's axis has.
with rader as (
    select
        period,
        max(varde) filter (where matt = 'anslutna_vardenheter') as anslutna_vardenheter,
        max(varde) filter (where matt = 'andel_med_konto') as andel_med_konto,
        max(jamforelse) filter (where matt = 'andel_med_konto') as jamforelse
    from {{ ref('invanartjanster') }}
    where
        region_kod = '00'
        and matt in ('anslutna_vardenheter', 'andel_med_konto')
        and month(period) in (5, 11)
        and year(period) between 2014 and 2018
    group by period
)

select
    period,
    strftime(period, '%Y-%m') as halvar,
    anslutna_vardenheter,
    jamforelse,
    andel_med_konto,
    row_number() over (order by period) as _ordning
from rader
