with tryckta as (
    select
        poster.*,
        celler.region_kod,
        cast(celler.varde as bigint) as belopp_tryckt,
        celler.kallrad
    from {{ ref('poster') }} as poster
    inner join {{ ref('medelstabeller') }} as celler
        on
            poster.overenskommelse = celler.overenskommelse
            and poster.ar = celler.ar
            and poster.tabell = celler.tabell
            and poster.post = celler.kolumn
    where poster.ar <= {{ var('ar') }}
),

-- A post that is the sum of others: what the others make, as printed and as computed, per region and for the country.
summerade as (
    select
        summor.overenskommelse,
        summor.ar,
        summor.tabell,
        summor.post,
        tryckta.region_kod,
        sum(tryckta.belopp_tryckt) as delar_tryckt,
        sum(fordelade.belopp) as delar_beraknat
    from {{ ref('summor') }} as summor
    inner join tryckta
        on
            summor.overenskommelse = tryckta.overenskommelse
            and summor.ar = tryckta.ar
            and summor.del_tabell = tryckta.tabell
            and summor.del_post = tryckta.post
    left join {{ ref('int_medel_fordelade') }} as fordelade
        on
            tryckta.overenskommelse = fordelade.overenskommelse
            and tryckta.ar = fordelade.ar
            and tryckta.tabell = fordelade.tabell
            and tryckta.post = fordelade.post
            and tryckta.region_kod = fordelade.region_kod
    group by summor.overenskommelse, summor.ar, summor.tabell, summor.post, tryckta.region_kod
),

kolumnsummor as (
    select
        overenskommelse,
        ar,
        tabell,
        post,
        sum(belopp_tryckt) as regioner_tryckt
    from tryckta
    where region_kod <> '00'
    group by overenskommelse, ar, tabell, post
),

beraknade as (
    select
        tryckta.*,
        fordelade.belopp_oavrundat,
        case
            when tryckta.region_kod <> '00' then coalesce(fordelade.belopp, summerade.delar_beraknat)
            else coalesce(kolumnsummor.regioner_tryckt, summerade.delar_tryckt)
        end as belopp_beraknat
    from tryckta
    left join {{ ref('int_medel_fordelade') }} as fordelade
        on
            tryckta.overenskommelse = fordelade.overenskommelse
            and tryckta.ar = fordelade.ar
            and tryckta.tabell = fordelade.tabell
            and tryckta.post = fordelade.post
            and tryckta.region_kod = fordelade.region_kod
    left join summerade
        on
            tryckta.overenskommelse = summerade.overenskommelse
            and tryckta.ar = summerade.ar
            and tryckta.tabell = summerade.tabell
            and tryckta.post = summerade.post
            and tryckta.region_kod = summerade.region_kod
    left join kolumnsummor
        on
            tryckta.overenskommelse = kolumnsummor.overenskommelse
            and tryckta.ar = kolumnsummor.ar
            and tryckta.tabell = kolumnsummor.tabell
            and tryckta.post = kolumnsummor.post
),

-- What is granted a recipient, but is to be paid on to somebody else.
vidare as (
    select
        poster.overenskommelse,
        poster.ar,
        poster.mottagartyp,
        fordelade.region_kod,
        sum(fordelade.belopp) as belopp
    from {{ ref('poster') }} as poster
    inner join {{ ref('int_medel_fordelade') }} as fordelade
        on
            poster.overenskommelse = fordelade.overenskommelse
            and poster.ar = fordelade.ar
            and poster.tabell = fordelade.tabell
            and poster.post = fordelade.post
    where poster.vidare_till is not null
    group by poster.overenskommelse, poster.ar, poster.mottagartyp, rollup(fordelade.region_kod)
),

nycklar as (
    select
        nyckel,
        min(beskrivning) as beskrivning,
        min(osakerhet) as osakerhet
    from {{ ref('fordelningsnycklar') }}
    group by nyckel
),

kallfel as (
    select
        publikation,
        tabell,
        kolumn,
        coalesce(rad, '') as rad,
        min(id) as id,
        min_by(forklaring, id) as forklaring
    from {{ ref('avvikelser') }}
    group by publikation, tabell, kolumn, coalesce(rad, '')
)

select
    beraknade.overenskommelse,
    beraknade.ar,
    beraknade.tabell,
    beraknade.post,
    beraknade.etikett,
    beraknade.omrade,
    beraknade.mottagartyp,
    beraknade.region_kod,
    coalesce(regioner.region, 'Riket') as region,
    beraknade.belopp_tryckt,
    cast(beraknade.belopp_beraknat as bigint) as belopp_beraknat,
    cast(beraknade.belopp_tryckt - beraknade.belopp_beraknat as bigint) as avvikelse,
    beraknade.belopp_oavrundat,
    beraknade.nyckel,
    nycklar.beskrivning as fordelningsregel,
    case
        when kallfel.id is not null then 'kallfel'
        when beraknade.belopp_tryckt = beraknade.belopp_beraknat then null
        when abs(beraknade.belopp_tryckt - beraknade.belopp_beraknat) <= 1 then 'avrundning'
        when nycklar.osakerhet is not null then 'osaker_nyckel'
    end as orsak,
    kallfel.id as kallfel,
    coalesce(
        kallfel.forklaring,
        case
            when beraknade.belopp_tryckt = beraknade.belopp_beraknat then null
            when abs(beraknade.belopp_tryckt - beraknade.belopp_beraknat) <= 1
                then 'Källan har avrundat på ett annat sätt än med största rest.'
            else nycklar.osakerhet
        end
    ) as forklaring,
    beraknade.serie,
    beraknade.tilldelat,
    case when beraknade.tilldelat then coalesce(cast(vidare.belopp as bigint), 0) end as belopp_vidare,
    beraknade.kallrad
from beraknade
left join {{ ref('regioner') }} as regioner
    on beraknade.region_kod = regioner.region_kod
left join nycklar
    on beraknade.nyckel = nycklar.nyckel
left join vidare
    on
        beraknade.overenskommelse = vidare.overenskommelse
        and beraknade.ar = vidare.ar
        and beraknade.mottagartyp = vidare.mottagartyp
        and beraknade.region_kod = coalesce(vidare.region_kod, '00')
left join kallfel
    on
        beraknade.overenskommelse = kallfel.publikation
        and beraknade.tabell = kallfel.tabell
        and beraknade.post = kallfel.kolumn
        and (beraknade.region_kod = kallfel.rad or (kallfel.rad = '' and beraknade.region_kod = '00'))
order by
    beraknade.overenskommelse, beraknade.ar, beraknade.tabell, beraknade.post, regioner.ordning_alfabetisk nulls last
