select
    indikatorer.id,
    indikatorer.namn,
    indikatorer.definition,
    indikatorer.enhet,
    coalesce(kallor.namn, indikatorer.agare) as kalla_namn,
    indikatorer.publiceras_i,
    case
        when indikatorer.status = 'exempel' then 'Exempel på vad regioner följer'
        when indikatorer.status = 'förslag' then 'Förslag'
        when indikatorer.definition is null then 'Utan definition i rapporten'
        else 'Följs'
    end as lage,
    indikatorer.forbehall,
    -- Without another database's own code: readers look by name.
    regexp_replace(indikatorer.belagg, ' [NU][0-9]{5}', '', 'g') as belagg,
    row_number() over (order by indikatorer.nr nulls last, indikatorer.namn) as _ordning
from {{ ref('indikatorer') }} as indikatorer
left join {{ ref('kallor') }} as kallor
    on indikatorer.kalla = kallor.kalla
