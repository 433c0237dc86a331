with rader as (
    select
        ar,
        max(varde) filter (where matt = 'kostnad_inhyrd') as kostnad_inhyrd,
        max(varde) filter (where matt = 'okning_kronor') as okning_kronor,
        max(varde) filter (where matt = 'okning_procent') as okning_procent,
        max(jamforelse) filter (where matt = 'andel_av_egen') as jamforelse,
        max(varde) filter (where matt = 'andel_av_egen') as andel_av_egen
    from {{ ref('personalstatistik') }}
    where region_kod = '00' and kvartal = 'helar' and yrkesgrupp = 'alla' and kon = 'T' and ar <= 2018
    group by ar
    having kostnad_inhyrd is not null
)

select
    cast(ar as varchar) as ar,
    kostnad_inhyrd / 1e6 as kostnad_inhyrd,
    okning_kronor / 1e6 as okning_kronor,
    okning_procent,
    jamforelse,
    andel_av_egen,
    row_number() over (order by ar) as _ordning
from rader
