-- Each statement of the catalogue, counted where its base is reached: how many regions the facts bear out, which,
-- and the word for it. A fact is what the publication says of a named region, otherwise what a report is coded as.
-- Where the base is not reached a count that the publication itself gives is the count; otherwise the row waits.
with publicerade as (
    select
        utsagor.utsaga_id,
        -- The year that is reported on: the agreement's last, at most that of the report.
        least(overenskommelser.ar_till, {{ publikationsar('utsagor.publikation') }}) as ar,
        rader.region_kod,
        rader.varde,
        rader.antal,
        rader.bas
    from {{ ref('stg_underlag__rader') }} as rader
    inner join {{ ref('utsagor') }} as utsagor
        on rader.utsaga = utsagor.utsaga_id and rader.publikation = utsagor.publikation
    inner join {{ ref('overenskommelser') }} as overenskommelser
        on utsagor.overenskommelse = overenskommelser.overenskommelse
    where rader.slag = 'publicerad'
),

kodade as (
    select
        utsagor.utsaga_id,
        uppgift.ar,
        uppgift.region_kod,
        uppgift.varde,
        uppgift.tillstand
    from {{ ref('utsagor') }} as utsagor
    inner join {{ ref('regionuppgift') }} as uppgift
        on
            utsagor.falt = uppgift.falt
            and utsagor.overenskommelse = uppgift.overenskommelse
),

-- Every region for every statement and year of which anything is known.
aktuella as (
    select
        utsaga_id,
        ar
    from publicerade

    union

    select
        utsaga_id,
        ar
    from kodade
),

uppgifter as (
    select
        utsagor.*,
        aktuella.ar,
        regioner.region,
        regioner.ordning_alfabetisk,
        publicerade.region_kod is not null as namngiven,
        coalesce(publicerade.varde, kodade.varde) as regionens_varde,
        case
            when publicerade.varde in ('ja', 'nej') then publicerade.varde
            when publicerade.varde is not null then 'angivet'
            else coalesce(kodade.tillstand, 'ej_bedomd')
        end as tillstand,
        -- What is counted: of a statement with values all that have one of them, of another each value for itself.
        case
            when utsagor.varde is null then regionens_varde
            when list_contains(string_split(utsagor.varde, '|'), regionens_varde) then utsagor.varde
        end as raknat_varde
    from aktuella
    inner join {{ ref('utsagor') }} as utsagor
        on aktuella.utsaga_id = utsagor.utsaga_id
    cross join {{ ref('regioner') }} as regioner
    left join publicerade
        on
            aktuella.utsaga_id = publicerade.utsaga_id
            and aktuella.ar = publicerade.ar
            and regioner.region_kod = publicerade.region_kod
    left join kodade
        on
            aktuella.utsaga_id = kodade.utsaga_id
            and aktuella.ar = kodade.ar
            and regioner.region_kod = kodade.region_kod
),

per_utsaga as (
    select
        utsaga_id,
        ar,
        any_value(publikation) as publikation,
        any_value(overenskommelse) as overenskommelse,
        any_value(tema) as tema,
        any_value(utsaga) as utsaga,
        any_value(falt) as falt,
        any_value(enhet) as enhet,
        any_value(varde) as varde_fast,
        any_value(kvantifierare_tryckt) as kvantifierare_tryckt,
        any_value(antal_tryckt) as antal_tryckt,
        any_value(kallrad) as kallrad,
        any_value(upprepar) as upprepar,
        -- A statement whose base the report leaves open is about every region.
        coalesce(any_value(bas), count(*)) as bas,
        count(*) filter (where tillstand in ('ja', 'nej', 'angivet', 'ej_angivet')) as antal_bedomda,
        count(*) filter (where tillstand = 'nej') as antal_nej,
        count(*) filter (where tillstand = 'ej_angivet') as antal_ej_angivet,
        bool_and(namngiven) filter (where tillstand in ('ja', 'nej', 'angivet', 'ej_angivet')) as namngiven,
        {{ bas_nadd('antal_bedomda', 'coalesce(any_value(bas), count(*))', 'any_value(minsta_andel)') }} as bas_nadd
    from uppgifter
    group by utsaga_id, ar
),

-- The values that some region has; of a statement that nobody bears out the value that it is about.
per_varde as (
    select
        utsaga_id,
        ar,
        raknat_varde as varde,
        count(*) as antal,
        array_to_string(list(region order by ordning_alfabetisk), ', ') as regioner
    from uppgifter
    where raknat_varde is not null
    group by utsaga_id, ar, raknat_varde
),

-- Those that the publication names, whatever else is known.
namngivna as (
    select
        utsaga_id,
        ar,
        array_to_string(list(region order by ordning_alfabetisk), ', ') as regioner
    from uppgifter
    where namngiven and raknat_varde is not null
    group by utsaga_id, ar
),

rader as (
    select
        utsagan.* exclude (bas_nadd, namngiven), -- noqa: RF02
        coalesce(per_varde.varde, utsagan.varde_fast, 'angivet') as varde,
        coalesce(per_varde.antal, 0) as antal,
        per_varde.regioner,
        case when utsagan.namngiven then 'publikation' else 'kodning' end as antal_enligt
    from per_utsaga as utsagan
    left join per_varde
        on utsagan.utsaga_id = per_varde.utsaga_id and utsagan.ar = per_varde.ar
    where utsagan.bas_nadd

    union all by name

    select
        utsagan.* exclude (bas_nadd, namngiven, bas, antal_bedomda, antal_nej, antal_ej_angivet), -- noqa: RF02
        publicerade.varde,
        publicerade.bas,
        publicerade.bas as antal_bedomda,
        publicerade.antal,
        namngivna.regioner,
        'publikation' as antal_enligt
    from per_utsaga as utsagan
    inner join publicerade
        on utsagan.utsaga_id = publicerade.utsaga_id and utsagan.ar = publicerade.ar
    left join namngivna
        on utsagan.utsaga_id = namngivna.utsaga_id and utsagan.ar = namngivna.ar
    where not utsagan.bas_nadd and publicerade.region_kod is null

    union all by name

    select
        utsagan.* exclude (bas_nadd, namngiven, antal_nej, antal_ej_angivet), -- noqa: RF02
        coalesce(utsagan.varde_fast, 'angivet') as varde,
        namngivna.regioner
    from per_utsaga as utsagan
    left join namngivna
        on utsagan.utsaga_id = namngivna.utsaga_id and utsagan.ar = namngivna.ar
    where
        not utsagan.bas_nadd
        and utsagan.antal_bedomda > 0
        and not exists (
            select 1 from publicerade
            where
                publicerade.utsaga_id = utsagan.utsaga_id
                and publicerade.ar = utsagan.ar
                and publicerade.region_kod is null
        )
),

ord as (
    select
        rader.*,
        rader.antal is not null as raknad,
        rader.antal_bedomda < rader.bas as ofullstandig,
        -- The words are defined for regions and for nothing else.
        case when rader.enhet = 'region' then {{ kvantifierare('rader.antal', 'rader.bas') }} end as ordet,
        -- The statement says what is counted, except where each value is.
        rader.utsaga || case
            when rader.varde_fast is null and rader.varde <> 'angivet'
                then ' (' || coalesce(kodvarden.etikett, rader.varde) || ')'
            else ''
        end as vad
    from rader
    left join {{ ref('kodvarden') }} as kodvarden
        on rader.varde = kodvarden.kod
)

select
    ar,
    overenskommelse,
    publikation,
    utsaga_id,
    tema,
    falt,
    varde,
    case
        when not raknad then 'Ännu inte räknad (' || antal_bedomda || ' av ' || bas || ' lästa): '
        when ofullstandig then antal || ' av ' || antal_bedomda || ' bedömda regioner: '
        when ordet is not null
            then upper(ordet[1]) || ordet[2:] || ' regioner (' || antal || ' av ' || bas || '): '
        else antal || ' av ' || bas || ' regioner: '
    end || vad as utsaga,
    cast(bas as integer) as bas,
    cast(antal_bedomda as integer) as antal_bedomda,
    cast(antal as integer) as antal,
    cast(antal_nej as integer) as antal_nej,
    cast(antal_ej_angivet as integer) as antal_ej_angivet,
    case when raknad then {{ andel('antal', 'antal_bedomda') }} end as andel,
    case when not ofullstandig then ordet end as kvantifierare,
    regioner,
    antal_enligt,
    kvantifierare_tryckt,
    cast(antal_tryckt as integer) as antal_tryckt,
    kallrad,
    upprepar,
    case when not raknad then 'x' when ofullstandig then 'p' end as varde_status
from ord
order by ar, overenskommelse, utsaga_id, varde
