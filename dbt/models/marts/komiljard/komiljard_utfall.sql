-- How many must wait for their number and shares to be shown. The sum over the regions is not shown anywhere.
with skydd as (
    select troskel_sekretess as troskel
    from {{ ref('indikatorer') }}
    where id = 'besok_specialistvard_90_dagar'
),

rader as (
    select
        jamforda.*,
        fordelade.forbattringssteg,
        fordelade.nar_golvet,
        fordelade.nagon_forbattrad,
        fordelade.steg,
        fordelade.hogsta_steg,
        fordelade.belopp,
        varianter.golv_grans,
        {{ for_fa('jamforda.vantande', 'skydd.troskel') }} as for_fa,
        {{ for_fa('jamforda.vantande_fore', 'skydd.troskel') }} as for_fa_fore,
        cast({{ andel('jamforda.vantande_inom_90_fore', 'jamforda.vantande_fore') }} as double) as andel_foregaende_ar,
        cast({{ andel('jamforda.vantande_inom_90', 'jamforda.vantande') }} as double) as andel,
        cast({{ andel('jamforda.vantande_inom_60', 'jamforda.vantande') }} as double) as andel_inom_60,
        {{ manadsnamn('jamforda.manad') }} as manadsnamn
    from {{ ref('int_komiljard_jamforda') }} as jamforda
    cross join {{ ref('komiljard_varianter') }} as varianter
    cross join skydd
    left join {{ ref('int_komiljard_fordelade') }} as fordelade
        on
            varianter.variant = fordelade.variant
            and jamforda.ar = fordelade.ar
            and jamforda.manad = fordelade.manad
            and jamforda.grupp = fordelade.grupp
            and jamforda.region_kod = fordelade.region_kod
    where varianter.variant = 'huvud'
),

forklarade as (
    select
        *,
        for_fa or for_fa_fore as skyddad,
        case when not skyddad then forbattring_taljare / nullif(forbattring_namnare, 0) end as forbattring_pe,
        case
            when skyddad then 'Andelarna visas inte, eftersom för få väntade, men steget är räknat på dem. '
            else
                'Andelen som väntat högst 90 dagar ändrades från ' || {{ i_text('andel_foregaende_ar') }} || ' till '
                || {{ i_text('andel') }} || ' procent, '
                -- Two decimals, but a whole number only where it is one, since the steps begin at whole numbers.
                || case
                    when round(forbattring_pe, 2) = round(forbattring_pe) and forbattring_pe <> round(forbattring_pe)
                        then {{ i_text('forbattring_pe', 4) }}
                    else {{ i_text('forbattring_pe', 2) }}
                end || ' procentenheter. '
        end as jamforelse,
        case
            when skyddad then 'andelen som har väntat högst 60 dagar är '
            else {{ i_text('andel_inom_60') }} || ' procent har väntat högst 60 dagar, '
        end as golvet
    from rader
)

select
    forklarade.overenskommelse,
    forklarade.ar,
    forklarade.manad,
    forklarade.grupp,
    forklarade.region_kod,
    regioner.region,
    -- A row of which one of the two numbers is protected shows none: the change would tell of the other.
    case when not forklarade.skyddad then forklarade.vantande_fore end as vantande_foregaende_ar,
    case when not forklarade.skyddad then forklarade.vantande end as vantande,
    case when forklarade.jamforbar and not forklarade.skyddad then forklarade.andel_foregaende_ar end
        as andel_foregaende_ar,
    case when forklarade.jamforbar and not forklarade.skyddad then forklarade.andel end as andel,
    forklarade.forbattring_pe,
    case when forklarade.jamforbar and not forklarade.skyddad then forklarade.andel_inom_60 end as andel_inom_60,
    cast(forklarade.steg as integer) as steg,
    forklarade.belopp,
    case when forklarade.skyddad then 'c' when not forklarade.jamforbar then 'x' end as varde_status,
    case
        when forklarade.vantande_fore is null and forklarade.vantande is null
            then 'Uppgifter saknas för ' || forklarade.manadsnamn || ' båda åren. Ingen jämförelse och inga medel.'
        when forklarade.vantande_fore is null
            then
                'Uppgifter saknas för ' || forklarade.manadsnamn || ' ' || (forklarade.ar - 1)
                || '. Ingen jämförelse och inga medel.'
        when forklarade.vantande is null
            then
                'Uppgifter saknas för ' || forklarade.manadsnamn || ' ' || forklarade.ar
                || '. Ingen jämförelse och inga medel.'
        when not forklarade.jamforbar
            then 'Ingen väntade någon av månaderna, så det finns ingen andel att jämföra. Inga medel.'
        when forklarade.forbattringssteg > 0
            then
                forklarade.jamforelse
                || 'Regionen når steg ' || forklarade.steg
                || case when forklarade.steg > 1 then ' och delar även de lägre stegen' else '' end || '.'
                || case
                    when forklarade.hogsta_steg = forklarade.steg and forklarade.steg < 3
                        then ' Ingen region når ett högre steg, så de stegens medel ingår.'
                    else ''
                end
        when forklarade.steg > 0
            then
                forklarade.jamforelse || 'Det är mindre än 1 procentenhet, men ' || forklarade.golvet
                || 'minst ' || forklarade.golv_grans || ', och det ger del i steg 1.'
        when forklarade.nar_golvet
            then
                forklarade.jamforelse || 'Ingen region har förbättrat sig med minst 1 procentenhet, så inga medel '
                || 'betalas ut för månaden.'
        else
            forklarade.jamforelse || 'Det är mindre än 1 procentenhet, och ' || forklarade.golvet || 'mindre än '
            || forklarade.golv_grans || '. Inga medel.'
    end as forklaring,
    forklarade.leverans_id,
    forklarade.leverans_id_fore as leverans_id_foregaende_ar
from forklarade
inner join {{ ref('regioner') }} as regioner
    on forklarade.region_kod = regioner.region_kod
order by forklarade.ar, forklarade.manad, forklarade.grupp, regioner.ordning_alfabetisk
