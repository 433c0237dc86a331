with rader as (
    select
        jamforda.*,
        fordelade.forbattringssteg,
        fordelade.nar_golvet,
        fordelade.nagon_forbattrad,
        fordelade.steg,
        fordelade.hogsta_steg,
        fordelade.belopp,
        varianter.golv_grans,
        cast({{ andel('jamforda.vantande_inom_90_fore', 'jamforda.vantande_fore') }} as double) as andel_foregaende_ar,
        cast({{ andel('jamforda.vantande_inom_90', 'jamforda.vantande') }} as double) as andel,
        cast({{ andel('jamforda.vantande_inom_60', 'jamforda.vantande') }} as double) as andel_inom_60,
        {{ manadsnamn('jamforda.manad') }} as manadsnamn
    from {{ ref('int_komiljard_jamforda') }} as jamforda
    cross join {{ ref('komiljard_varianter') }} as varianter
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
        forbattring_taljare / nullif(forbattring_namnare, 0) as forbattring_pe,
        'Andelen som väntat högst 90 dagar ändrades från ' || {{ i_text('andel_foregaende_ar') }} || ' till '
        || {{ i_text('andel') }} || ' procent, '
        -- Two decimals, but a whole number only where it is one, since the steps begin at whole numbers.
        || case
            when round(forbattring_pe, 2) = round(forbattring_pe) and forbattring_pe <> round(forbattring_pe)
                then {{ i_text('forbattring_pe', 4) }}
            else {{ i_text('forbattring_pe', 2) }}
        end || ' procentenheter. ' as jamforelse,
        {{ i_text('andel_inom_60') }} || ' procent har väntat högst 60 dagar, ' as golvet
    from rader
)

select
    forklarade.overenskommelse,
    forklarade.ar,
    forklarade.manad,
    forklarade.grupp,
    forklarade.region_kod,
    regioner.region,
    forklarade.vantande_fore as vantande_foregaende_ar,
    forklarade.vantande,
    case when forklarade.jamforbar then forklarade.andel_foregaende_ar end as andel_foregaende_ar,
    case when forklarade.jamforbar then forklarade.andel end as andel,
    forklarade.forbattring_pe,
    case when forklarade.jamforbar then forklarade.andel_inom_60 end as andel_inom_60,
    cast(forklarade.steg as integer) as steg,
    forklarade.belopp,
    case when not forklarade.jamforbar then 'x' end as varde_status,
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
