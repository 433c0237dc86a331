-- Each statement about municipalities, out of the survey's answers, its free text, or the interviews: counted where
-- its base is reached. Otherwise the count is the publication's own, where it gives one, and where not it waits.
with utsagor as (
    select
        utsagor.*,
        {{ publikationsar('utsagor.publikation') }} as ar,
        kodram.underlag,
        case kodram.underlag when 'intervju' then 'intervju' else kodram.fraga end as fraga
    from {{ ref('kommunutsagor') }} as utsagor
    inner join {{ ref('kommunkodram') }} as kodram
        on utsagor.falt = kodram.falt
),

-- A report prints the survey of the year before, and the interviews of its own year.
material as (
    select
        *,
        case underlag when 'intervju' then 'intervjuer_' || ar else 'kommunenkat_' || (ar - 1) end as material
    from utsagor
    where ar <= {{ var('ar') }}
),

-- Whom a statement is about. A municipality without a free text has said nothing and needs no judge.
tillfragade as (
    select
        'fritext' as underlag,
        kommuner.undersokning as material,
        fragor.fraga,
        kommuner.kommun_kod,
        bedomda.kommun_kod is not null or fritext.kommun_kod is null as bedomd
    from {{ ref('stg_kommunenkat__kommuner') }} as kommuner
    inner join {{ ref('enkatfragor') }} as fragor
        on kommuner.undersokning = fragor.undersokning and fragor.fragetyp = 'fritext'
    left join {{ ref('stg_kommunenkat__fritext') }} as fritext
        on
            kommuner.undersokning = fritext.undersokning
            and kommuner.kommun_kod = fritext.kommun_kod
            and fragor.fraga = fritext.fraga
    left join {{ ref('int_underlag_bedomda') }} as bedomda
        on
            kommuner.undersokning = bedomda.material
            and kommuner.kommun_kod = bedomda.kommun_kod
            and fragor.fraga = bedomda.fraga

    union all

    select
        'intervju' as underlag,
        'intervjuer_' || intervjuer.ar as material,
        'intervju' as fraga,
        intervjuer.kommun_kod,
        any_value(bedomda.kommun_kod) is not null as bedomd
    from {{ ref('stg_underlag__rader') }} as intervjuer
    left join {{ ref('int_underlag_bedomda') }} as bedomda
        on
            'intervjuer_' || intervjuer.ar = bedomda.material
            and intervjuer.kommun_kod = bedomda.kommun_kod
            and bedomda.fraga = 'intervju'
    where intervjuer.slag = 'intervju' and intervjuer.kommun_kod is not null
    group by intervjuer.ar, intervjuer.kommun_kod
),

uppgifter as (
    select
        material,
        kommun_kod,
        kommun,
        falt,
        max(varde) as varde,
        bool_or(tillstand = 'oenig') as oenig
    from {{ ref('kommunuppgift') }}
    group by material, kommun_kod, kommun, falt
),

publicerade as (
    select
        rader.utsaga as utsaga_id,
        rader.antal,
        rader.bas,
        kommuner.kommun
    from {{ ref('stg_underlag__rader') }} as rader
    inner join material
        on rader.utsaga = material.utsaga_id and rader.publikation = material.publikation
    left join {{ ref('kommuner') }} as kommuner
        on rader.kommun_kod = kommuner.kommun_kod
    where rader.slag = 'publicerad'
),

tryckta as (
    select
        utsaga_id,
        max(antal) as antal,
        max(bas) as bas,
        string_agg(kommun, ', ' order by kommun) as kommuner
    from publicerade
    group by utsaga_id
),

raknade as (
    select
        material.utsaga_id,
        any_value(material.material) as material,
        count(*) as bas,
        count(*) filter (where tillfragade.bedomd and not coalesce(uppgifter.oenig, false)) as antal_bedomda,
        count(*) filter (where uppgifter.varde = coalesce(material.varde, uppgifter.varde)) as antal,
        string_agg(uppgifter.kommun, ', ' order by uppgifter.kommun_kod)
        filter (where uppgifter.varde = coalesce(material.varde, uppgifter.varde)) as kommuner
    from material
    inner join tillfragade
        on
            material.underlag = tillfragade.underlag
            and material.material = tillfragade.material
            and material.fraga = tillfragade.fraga
    left join uppgifter
        on
            material.material = uppgifter.material
            and tillfragade.kommun_kod = uppgifter.kommun_kod
            and material.falt = uppgifter.falt
    group by material.utsaga_id

    union all

    select
        material.utsaga_id,
        material.material,
        enkat.n as bas,
        enkat.n as antal_bedomda,
        enkat.antal,
        null as kommuner
    from material
    inner join {{ ref('kommunenkat_resultat') }} as enkat
        on
            material.material = enkat.undersokning
            and material.fraga = enkat.fraga
            and material.varde = enkat.svarsalternativ
    where material.underlag = 'enkat' and enkat.niva = 'riket' and enkat.varde_status is null
),

bedomda as (
    select
        material.ar,
        material.publikation,
        material.utsaga_id,
        material.underlag,
        material.material,
        material.fraga,
        material.tema,
        material.utsaga,
        material.falt,
        material.varde,
        material.bas as bas_tryckt,
        material.kvantifierare_tryckt,
        material.antal_tryckt,
        material.kallrad,
        {{ bas_nadd('raknade.antal_bedomda', 'raknade.bas', 'material.minsta_andel') }} as bas_nadd,
        case
            when bas_nadd then material.underlag
            when tryckta.antal is not null then 'publikation'
        end as antal_enligt,
        case when antal_enligt = 'publikation' then tryckta.bas else raknade.bas end as bas,
        case when antal_enligt = 'publikation' then tryckta.bas else raknade.antal_bedomda end as antal_bedomda,
        case when antal_enligt = 'publikation' then tryckta.antal when bas_nadd then raknade.antal end as antal,
        case when bas_nadd then raknade.kommuner else tryckta.kommuner end as kommuner
    from material
    left join raknade
        on material.utsaga_id = raknade.utsaga_id
    left join tryckta
        on material.utsaga_id = tryckta.utsaga_id
    where raknade.antal_bedomda > 0 or tryckta.antal is not null
)

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
        when antal_enligt is not null
            then
                antal || ' av ' || antal_bedomda || ' kommuner'
                || case when antal_bedomda < bas then ' som är bedömda' else '' end
        else 'Ännu inte räknad (' || antal_bedomda || ' av ' || bas || ' kommuner bedömda)'
    end || ': ' || utsaga as utsaga,
    cast(bas as integer) as bas,
    cast(antal_bedomda as integer) as antal_bedomda,
    cast(antal as integer) as antal,
    cast({{ andel('antal', 'antal_bedomda') }} as double) as andel,
    kommuner,
    antal_enligt,
    bas_tryckt,
    kvantifierare_tryckt,
    antal_tryckt,
    kallrad,
    case when antal_enligt is null then 'x' when antal_bedomda < bas then 'p' end as varde_status
from bedomda
order by ar, utsaga_id
