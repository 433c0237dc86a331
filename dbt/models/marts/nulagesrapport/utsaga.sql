-- Each statement of the catalogue, counted where its base is reached: how many regions the coded facts bear out,
-- which, and the word for it. Until then a row says that it waits, and nothing of what the reports read so far say.
with varden as (
    -- A statement of yes or no is one row; of another field, a row per value that some region has.
    select distinct
        utsagor.utsaga_id,
        uppgift.ar,
        uppgift.varde
    from {{ ref('utsagor') }} as utsagor
    inner join {{ ref('regionuppgift') }} as uppgift
        on
            utsagor.falt = uppgift.falt
            and utsagor.overenskommelse = uppgift.overenskommelse
    where
        uppgift.varde is not null
        and coalesce(utsagor.varde, uppgift.varde) = uppgift.varde
),

raknade as (
    select
        utsagor.utsaga_id,
        any_value(utsagor.publikation) as publikation,
        any_value(utsagor.overenskommelse) as overenskommelse,
        any_value(utsagor.tema) as tema,
        utsagor.falt,
        any_value(uppgift.uppgift) as uppgift,
        uppgift.ar,
        -- No region states any value: the row says so of whatever could be stated.
        coalesce(utsagor.varde, varden.varde, 'angivet') as varde,
        any_value(utsagor.varde) as varde_fast,
        -- A statement whose base the report leaves open is about every region.
        coalesce(any_value(utsagor.bas), (select count(alla.region_kod) from {{ ref('regioner') }} as alla)) as bas,
        any_value(utsagor.minsta_andel) as minsta_andel,
        any_value(utsagor.kvantifierare_tryckt) as kvantifierare_tryckt,
        any_value(utsagor.antal_tryckt) as antal_tryckt,
        count(*) filter (where uppgift.tillstand in ('ja', 'nej', 'angivet', 'ej_angivet')) as antal_bedomda,
        count(*) filter (where uppgift.varde = coalesce(utsagor.varde, varden.varde)) as antal,
        count(*) filter (where uppgift.tillstand = 'nej') as antal_nej,
        count(*) filter (where uppgift.tillstand = 'ej_angivet') as antal_ej_angivet,
        array_to_string(
            list(uppgift.region order by regioner.ordning_alfabetisk)
            filter (where uppgift.varde = coalesce(utsagor.varde, varden.varde)),
            ', '
        ) as regioner
    from {{ ref('utsagor') }} as utsagor
    inner join {{ ref('regionuppgift') }} as uppgift
        on
            utsagor.falt = uppgift.falt
            and utsagor.overenskommelse = uppgift.overenskommelse
    inner join {{ ref('regioner') }} as regioner
        on uppgift.region_kod = regioner.region_kod
    left join varden
        on
            utsagor.utsaga_id = varden.utsaga_id
            and uppgift.ar = varden.ar
    group by utsagor.utsaga_id, utsagor.falt, uppgift.ar, coalesce(utsagor.varde, varden.varde, 'angivet')
),

ord as (
    select
        *,
        antal_bedomda < bas as ofullstandig,
        {{ bas_nadd('antal_bedomda', 'bas', 'minsta_andel') }} as raknad,
        {{ kvantifierare('antal', 'bas') }} as ordet
    from raknade
    where antal_bedomda > 0
)

select
    ar,
    overenskommelse,
    publikation,
    utsaga_id,
    tema,
    falt,
    case when raknad then varde else coalesce(varde_fast, 'angivet') end as varde,
    case
        when not raknad
            then 'Ännu inte räknad (' || antal_bedomda || ' av ' || bas || ' lästa): ' || uppgift
        when ordet is not null and not ofullstandig
            then upper(ordet[1]) || ordet[2:] || ' regioner (' || antal || ' av ' || bas || '): ' || uppgift
        else antal || ' av ' || antal_bedomda || ' bedömda regioner: ' || uppgift
    end
    || case
        when raknad and varde not in ('ja', 'angivet') then ' (' || varde || ')'
        when varde_fast <> 'ja' then ' (' || varde_fast || ')'
        else ''
    end as utsaga,
    cast(bas as integer) as bas,
    cast(antal_bedomda as integer) as antal_bedomda,
    case when raknad then cast(antal as integer) end as antal,
    case when raknad then cast(antal_nej as integer) end as antal_nej,
    case when raknad then cast(antal_ej_angivet as integer) end as antal_ej_angivet,
    case when raknad then {{ andel('antal', 'antal_bedomda') }} end as andel,
    case when not ofullstandig then ordet end as kvantifierare,
    case when raknad then regioner end as regioner,
    kvantifierare_tryckt,
    cast(antal_tryckt as integer) as antal_tryckt,
    case when not raknad then 'x' when ofullstandig then 'p' end as varde_status
from ord
-- What waits is one row, whatever values the reports read so far have.
qualify raknad or row_number() over (partition by ar, overenskommelse, utsaga_id order by varde) = 1
order by ar, overenskommelse, utsaga_id, varde
