-- Each statement about municipalities: counted where its base is reached, and otherwise only said to be waiting.
select
    ar,
    publikation,
    utsaga_id,
    underlag,
    material,
    fraga,
    tema,
    falt,
    varde,
    case
        when raknad
            then
                antal || ' av ' || antal_bedomda || ' kommuner'
                || case when antal_bedomda < bas then ' som är bedömda' else '' end
        else 'Ännu inte räknad (' || antal_bedomda || ' av ' || bas || ' kommuner bedömda)'
    end || ': ' || etikett || case when varde = 'nej' then ' (nej)' else '' end as utsaga,
    cast(bas as integer) as bas,
    cast(antal_bedomda as integer) as antal_bedomda,
    case when raknad then cast(antal as integer) end as antal,
    case when raknad then cast({{ andel('antal', 'antal_bedomda') }} as double) end as andel,
    case when raknad then kommuner end as kommuner,
    bas_tryckt,
    kvantifierare_tryckt,
    antal_tryckt,
    kallrad,
    case when not raknad then 'x' when antal_bedomda < bas then 'p' end as varde_status
from {{ ref('int_kommunutsagor_raknade') }}
order by ar, utsaga_id
