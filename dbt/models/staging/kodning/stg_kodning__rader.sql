with rader as (
    {{ gallande('kodning', 'rader') }}
)

select
    region_kod,
    overenskommelse,
    ar,
    typ,
    falt,
    omrade,
    -- What is judged: a field, or a measure, cost or result by its proposal, by its words where the analyst added it.
    case
        when typ in ('insats', 'kostnad', 'resultat')
            then coalesce(forslag_id, concat_ws('/', 'tillagd', omrade, rad_fran, text))
        else concat_ws('/', falt, omrade)
    end as enhet,
    beslut,
    varde,
    -- That a rule found nothing is not that the report says nothing: a person has looked who confirms it.
    case forekomst when 'ej_funnet' then 'ej_angivet' else forekomst end as forekomst,
    coalesce(avgorande = 'ja', false) as avgorande,
    text,
    status,
    ar_fran,
    ar_till,
    omfattning,
    malgrupp,
    part,
    tema,
    syfte,
    mal,
    kostnad_kr,
    kostnadsstatus,
    resultatstatus,
    citat,
    rad_fran,
    rad_till,
    sida,
    forslag_id,
    kodare,
    kodningsdatum,
    kodram,
    -- The judgement in one word, for comparing coders. A rejected measure is one, a rejected fact is none stated.
    case
        when beslut = 'avvisad' then 'avvisad'
        when typ = 'insats' then coalesce(status, 'bekräftad')
        when typ = 'kostnad' then kostnadsstatus
        when typ = 'resultat' then resultatstatus
        when forekomst = 'angivet' then coalesce(varde, 'angivet')
        when forekomst = 'ej_funnet' then 'ej_angivet'
        else coalesce(forekomst, varde, 'ej_bedomd')
    end as bedomning,
    _leverans_id,
    _blad,
    _rad
from rader
