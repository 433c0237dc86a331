-- Under every reading of the agreement (variant): which steps a region shares, and its kronor.
with forbattrade as (
    -- The highest step that the improvement reaches; 0 below the first.
    select
        varianter.variant,
        varianter.kumulativ,
        varianter.fordelning,
        varianter.golv_steg,
        varianter.golv_utan_forbattring,
        jamforda.overenskommelse,
        jamforda.ar,
        jamforda.manad,
        jamforda.grupp,
        jamforda.region_kod,
        coalesce(max(steg.steg) filter (
            where jamforda.forbattring_taljare > steg.undre_grans * jamforda.forbattring_namnare
            or (
                jamforda.forbattring_taljare = steg.undre_grans * jamforda.forbattring_namnare
                and not coalesce(
                    list_contains(string_split(varianter.steg_over, ';'), cast(steg.steg as varchar)), false
                )
            )
        ), 0) as forbattringssteg,
        any_value(100 * jamforda.vantande_inom_60 >= varianter.golv_grans * jamforda.vantande) as nar_golvet
    from {{ ref('int_komiljard_jamforda') }} as jamforda
    inner join {{ ref('komiljard_varianter') }} as varianter
        on true
    inner join {{ ref('komiljard_steg') }} as steg
        on
            jamforda.overenskommelse = steg.overenskommelse
            and jamforda.ar = steg.ar
    where jamforda.jamforbar
    group by all
),

nivaer as (
    select
        *,
        bool_or(forbattringssteg > 0) over (partition by variant, ar, manad, grupp) as nagon_forbattrad,
        case
            when forbattringssteg > 0 then forbattringssteg
            when nar_golvet and (golv_utan_forbattring or nagon_forbattrad) then golv_steg
            else 0
        end as niva
    from forbattrade
),

delagare as (
    select
        nivaer.variant,
        nivaer.overenskommelse,
        nivaer.ar,
        nivaer.manad,
        nivaer.grupp,
        nivaer.region_kod,
        nivaer.fordelning,
        steg.steg
    from nivaer
    inner join {{ ref('komiljard_steg') }} as steg
        on
            nivaer.overenskommelse = steg.overenskommelse
            and nivaer.ar = steg.ar
            and (nivaer.niva = steg.steg or (nivaer.kumulativ and nivaer.niva > steg.steg))
),

fyllda as (
    select distinct
        variant,
        overenskommelse,
        ar,
        manad,
        grupp,
        steg
    from delagare
),

-- The money of a step that nobody shares goes to the next lower one that somebody does.
hamnar as (
    select
        fyllda.variant,
        fyllda.ar,
        fyllda.manad,
        fyllda.grupp,
        steg.steg as ur_steg,
        any_value(steg.belopp) as belopp,
        max(fyllda.steg) as till_steg
    from fyllda
    inner join {{ ref('komiljard_steg') }} as steg
        on
            fyllda.overenskommelse = steg.overenskommelse
            and fyllda.ar = steg.ar
            and fyllda.steg <= steg.steg
    group by fyllda.variant, fyllda.ar, fyllda.manad, fyllda.grupp, steg.steg
),

potter as (
    select
        variant,
        ar,
        manad,
        grupp,
        till_steg as steg,
        sum(belopp) as pott
    from hamnar
    group by variant, ar, manad, grupp, till_steg
),

vikter as (
    select
        nycklar.nyckel as fordelning,
        celler.region_kod,
        cast(celler.varde as hugeint) as vikt
    from {{ ref('fordelningsnycklar') }} as nycklar
    inner join {{ ref('medelstabeller') }} as celler
        on
            nycklar.overenskommelse = celler.overenskommelse
            and nycklar.tabell = celler.tabell
            and nycklar.kolumn = celler.kolumn

    union all

    select
        'lika' as fordelning,
        region_kod,
        1 as vikt
    from {{ ref('regioner') }}
),

andelar as (
    select
        delagare.*,
        potter.pott,
        vikter.vikt,
        sum(vikter.vikt) over (
            partition by delagare.variant, delagare.ar, delagare.manad, delagare.grupp, delagare.steg
        ) as vikt_totalt
    from delagare
    inner join potter
        on
            delagare.variant = potter.variant
            and delagare.ar = potter.ar
            and delagare.manad = potter.manad
            and delagare.grupp = potter.grupp
            and delagare.steg = potter.steg
    inner join vikter
        on
            delagare.fordelning = vikter.fordelning
            and delagare.region_kod = vikter.region_kod
),

-- Exact: what is left of a krona is compared as an integer, since the divisor is the same for all who share a step.
hela as (
    select
        *,
        pott * vikt // vikt_totalt as hela,
        pott * vikt % vikt_totalt as rest
    from andelar
),

stegbelopp as (
    select
        *,
        {{ hela_kronor('hela', 'rest', 'pott', 'variant, ar, manad, grupp, steg', 'region_kod') }} as belopp
    from hela
),

summerade as (
    select
        variant,
        ar,
        manad,
        grupp,
        region_kod,
        sum(belopp) as belopp
    from stegbelopp
    group by variant, ar, manad, grupp, region_kod
),

toppsteg as (
    select
        variant,
        ar,
        manad,
        grupp,
        max(steg) as hogsta_steg
    from fyllda
    group by variant, ar, manad, grupp
)

select
    nivaer.variant,
    nivaer.overenskommelse,
    nivaer.ar,
    nivaer.manad,
    nivaer.grupp,
    nivaer.region_kod,
    nivaer.forbattringssteg,
    nivaer.nar_golvet,
    nivaer.nagon_forbattrad,
    nivaer.niva as steg,
    toppsteg.hogsta_steg,
    cast(coalesce(summerade.belopp, 0) as bigint) as belopp
from nivaer
left join summerade
    on
        nivaer.variant = summerade.variant
        and nivaer.ar = summerade.ar
        and nivaer.manad = summerade.manad
        and nivaer.grupp = summerade.grupp
        and nivaer.region_kod = summerade.region_kod
left join toppsteg
    on
        nivaer.variant = toppsteg.variant
        and nivaer.ar = toppsteg.ar
        and nivaer.manad = toppsteg.manad
        and nivaer.grupp = toppsteg.grupp
