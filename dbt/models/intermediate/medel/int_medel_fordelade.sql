with poster as (
    select
        poster.overenskommelse,
        poster.ar,
        poster.tabell,
        poster.post,
        poster.nyckel,
        cast(celler.varde as hugeint) as pott
    from {{ ref('poster') }} as poster
    inner join {{ ref('medelstabeller') }} as celler
        on
            poster.overenskommelse = celler.overenskommelse
            and poster.ar = celler.ar
            and poster.tabell = celler.tabell
            and poster.post = celler.kolumn
    where poster.nyckel is not null and celler.region_kod = '00'
),

-- What each part of a key measures, in integers (printed values have at most two decimals).
matt as (
    select
        nycklar.nyckel,
        nycklar.kolumn,
        nycklar.vikt,
        celler.region_kod,
        cast(celler.varde * 100 as hugeint) * cast(coalesce(faktorer.varde, 1) * 100 as hugeint) as matt
    from {{ ref('fordelningsnycklar') }} as nycklar
    inner join {{ ref('medelstabeller') }} as celler
        on
            nycklar.overenskommelse = celler.overenskommelse
            and nycklar.tabell = celler.tabell
            and nycklar.kolumn = celler.kolumn
    left join {{ ref('medelstabeller') }} as faktorer
        on
            nycklar.overenskommelse = faktorer.overenskommelse
            and nycklar.tabell = faktorer.tabell
            and nycklar.ganger = faktorer.kolumn
            and celler.region_kod = faktorer.region_kod
    where celler.region_kod <> '00'
),

delar as (
    select
        poster.*,
        matt.region_kod,
        matt.matt,
        sum(matt.matt) over (partition by poster.overenskommelse, poster.ar, poster.tabell, poster.post, matt.kolumn)
            as matt_totalt,
        -- Weights have at most two decimals.
        poster.pott * cast(matt.vikt * 100 as hugeint) as delpott
    from poster
    inner join matt
        on poster.nyckel = matt.nyckel
),

-- Remainders are counted in parts of a krona that all parts of a key have in common, so that equal ones are equal.
namnare as (
    select
        overenskommelse,
        ar,
        tabell,
        post,
        list_reduce(list(distinct matt_totalt * 100 order by matt_totalt * 100), lambda a, b: lcm(a, b)) as namnare  -- noqa: PRS,LT05
    from delar
    group by overenskommelse, ar, tabell, post
),

andelar as (
    select
        delar.overenskommelse,
        delar.ar,
        delar.tabell,
        delar.post,
        delar.region_kod,
        any_value(delar.pott) as pott,
        any_value(namnare.namnare) as namnare,
        sum(delar.delpott * delar.matt // (delar.matt_totalt * 100)) as hela,
        sum(
            (delar.delpott * delar.matt % (delar.matt_totalt * 100)) * (namnare.namnare // (delar.matt_totalt * 100))
        ) as rest
    from delar
    inner join namnare
        on
            delar.overenskommelse = namnare.overenskommelse
            and delar.ar = namnare.ar
            and delar.tabell = namnare.tabell
            and delar.post = namnare.post
    group by delar.overenskommelse, delar.ar, delar.tabell, delar.post, delar.region_kod
),

exakta as (
    select
        * replace (
            hela + rest // namnare as hela,
            rest % namnare as rest
        )
    from andelar
)

select
    overenskommelse,
    ar,
    tabell,
    post,
    region_kod,
    cast(hela as double) + rest / namnare as belopp_oavrundat,
    cast(
        {{ hela_kronor('hela', 'rest', 'pott', 'overenskommelse, ar, tabell, post', 'region_kod') }} as bigint
    ) as belopp
from exakta
