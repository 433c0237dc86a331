select
    tackning.period,
    tackning.respondent as region_kod,
    tackning.leverans_id,
    coalesce(tackning.rader, 0) as rader,
    innehall.innehall
from {{ source('register', 'tackning') }} as tackning
left join {{ source('register', 'innehall') }} as innehall
    on
        tackning.kalla = innehall.kalla
        and innehall.tabell = 'kontakter'
        and tackning.leverans_id = innehall.leverans_id
        and cast(tackning.period as varchar) = innehall.period
-- A block that the newest delivery leaves empty is withdrawn.
where tackning.kalla = 'vantetid_primarvard' and tackning.gallande and tackning.rader is distinct from 0
