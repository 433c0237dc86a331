with nycklar as (
    select
        mottagare,
        overenskommelse,
        ar
    from {{ ref('stg_rekvisition__blanketter') }}

    union

    select
        mottagare,
        overenskommelse,
        ar
    from {{ ref('stg_ekonomisk_redovisning__blanketter') }}
),

-- What the agreement grants each recipient; the money for a county's municipalities goes to its RSS.
tilldelade as (
    select
        overenskommelse,
        ar,
        case mottagartyp when 'skr' then 'skr' when 'kommun' then 'rss' || region_kod else region_kod end as mottagare,
        sum(belopp_tryckt) as tilldelat,
        sum(belopp_vidare) as tilldelat_vidare
    from {{ ref('medelsfordelning') }}
    where tilldelat
    group by all
)

select
    nycklar.overenskommelse,
    nycklar.ar,
    nycklar.mottagare,
    respondenter.respondent as mottagare_namn,
    cast(tilldelade.tilldelat as bigint) as tilldelat,
    cast(tilldelade.tilldelat_vidare as bigint) as tilldelat_vidare,
    rekvisition.belopp as rekvirerat,
    redovisning.erhallet,
    redovisning.kostnader,
    redovisning.kostnadsposter,
    redovisning.oforbrukat as oforbrukat_redovisat,
    redovisning.erhallet - redovisning.kostnader as oforbrukat_beraknat,
    case when redovisning.erhallet is not null then greatest(redovisning.erhallet - redovisning.kostnader, 0) end
        as aterbetalas,
    greatest(rekvisition.belopp, redovisning.erhallet) > tilldelade.tilldelat as over_tilldelat,
    redovisning.granskning,
    redovisning.avvikelser,
    rekvisition.undertecknad as rekvisition_undertecknad,
    redovisning.undertecknad as redovisning_undertecknad,
    case
        when krav_rekvisition.sista_dag is null then null
        when krav_rekvisition.status = 'inkommen' then true
        when krav_rekvisition.status = 'sen' then false
    end as rekvisition_i_tid,
    case
        when krav_redovisning.sista_dag is null then null
        when krav_redovisning.status = 'inkommen' then true
        when krav_redovisning.status = 'sen' then false
    end as redovisning_i_tid,
    -- Asked for is the government's number. Where that is not known, only SKR's and none at all are surely wrong.
    case
        when coalesce(redovisning.diarienummer, rekvisition.diarienummer) is null then false
        when coalesce(redovisning.diarienummer, rekvisition.diarienummer) = overenskommelser.diarienummer_skr then false
        else coalesce(redovisning.diarienummer, rekvisition.diarienummer) = overenskommelser.diarienummer
    end as diarienummer_stammer,
    nycklar.ar between overenskommelser.ar_fran and overenskommelser.ar_till as overenskommelsen_galler,
    coalesce(redovisning.jamforbar = 'ja', false) as jamforbar,
    rekvisition._leverans_id as leverans_id_rekvisition,
    redovisning._leverans_id as leverans_id_redovisning
from nycklar
inner join {{ ref('overenskommelser') }} as overenskommelser
    on nycklar.overenskommelse = overenskommelser.overenskommelse
inner join {{ ref('int_respondenter') }} as respondenter
    on nycklar.mottagare = respondenter.respondent_kod
left join tilldelade
    on
        nycklar.mottagare = tilldelade.mottagare
        and nycklar.overenskommelse = tilldelade.overenskommelse
        and nycklar.ar = tilldelade.ar
left join {{ ref('stg_rekvisition__blanketter') }} as rekvisition
    on
        nycklar.mottagare = rekvisition.mottagare
        and nycklar.overenskommelse = rekvisition.overenskommelse
        and nycklar.ar = rekvisition.ar
left join {{ ref('stg_ekonomisk_redovisning__blanketter') }} as redovisning
    on
        nycklar.mottagare = redovisning.mottagare
        and nycklar.overenskommelse = redovisning.overenskommelse
        and nycklar.ar = redovisning.ar
left join {{ ref('int_leveranskrav_bedomda') }} as krav_rekvisition
    on
        nycklar.overenskommelse = krav_rekvisition.overenskommelse
        and krav_rekvisition.kalla = 'rekvisition'
        and nycklar.mottagare = krav_rekvisition.respondent_kod
        and nycklar.ar = year(krav_rekvisition.period)
left join {{ ref('int_leveranskrav_bedomda') }} as krav_redovisning
    on
        nycklar.overenskommelse = krav_redovisning.overenskommelse
        and krav_redovisning.kalla = 'ekonomisk_redovisning'
        and nycklar.mottagare = krav_redovisning.respondent_kod
        and nycklar.ar = year(krav_redovisning.period)
order by nycklar.overenskommelse, nycklar.ar, nycklar.mottagare
