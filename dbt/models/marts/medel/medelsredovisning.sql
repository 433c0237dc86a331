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
)

select
    nycklar.overenskommelse,
    nycklar.ar,
    nycklar.mottagare,
    rekvisition.belopp as rekvirerat,
    redovisning.erhallet,
    redovisning.kostnader,
    redovisning.oforbrukat as oforbrukat_redovisat,
    redovisning.erhallet - redovisning.kostnader as oforbrukat_beraknat,
    greatest(redovisning.erhallet - redovisning.kostnader, 0) as aterbetalas,
    redovisning.granskning,
    redovisning.avvikelser,
    rekvisition.undertecknad as rekvisition_undertecknad,
    redovisning.undertecknad as redovisning_undertecknad,
    rekvisition.datum <= krav_rekvisition.sista_dag as rekvisition_i_tid,
    redovisning.datum <= krav_redovisning.sista_dag as redovisning_i_tid,
    case
        when coalesce(overenskommelser.diarienummer, overenskommelser.diarienummer_skr) is null then null
        else coalesce(
            coalesce(redovisning.diarienummer, rekvisition.diarienummer)
            in (overenskommelser.diarienummer, overenskommelser.diarienummer_skr), false
        )
    end as diarienummer_stammer,
    nycklar.ar between overenskommelser.ar_fran and overenskommelser.ar_till as overenskommelsen_galler,
    coalesce(redovisning.jamforbar = 'ja', false) as jamforbar,
    rekvisition._leverans_id as leverans_id_rekvisition,
    redovisning._leverans_id as leverans_id_redovisning
from nycklar
inner join {{ ref('overenskommelser') }} as overenskommelser
    on nycklar.overenskommelse = overenskommelser.overenskommelse
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
left join {{ ref('skyldigheter') }} as krav_rekvisition
    on
        nycklar.overenskommelse = krav_rekvisition.overenskommelse
        and krav_rekvisition.skyldighet = 'rekvisition'
        and krav_rekvisition.respondent_typ = {{ respondent_typ('nycklar.mottagare') }}
        and nycklar.ar = year(krav_rekvisition.period)
left join {{ ref('skyldigheter') }} as krav_redovisning
    on
        nycklar.overenskommelse = krav_redovisning.overenskommelse
        and krav_redovisning.skyldighet = 'ekonomisk_redovisning'
        and krav_redovisning.respondent_typ = {{ respondent_typ('nycklar.mottagare') }}
        and nycklar.ar = year(krav_redovisning.period)
order by nycklar.overenskommelse, nycklar.ar, nycklar.mottagare
