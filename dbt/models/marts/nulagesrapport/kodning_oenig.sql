-- What coders judge otherwise and nobody has decided: a row per thing, with what each of them says.
select
    rader.ar,
    rader.overenskommelse,
    rader.region_kod,
    regioner.region,
    rader.typ,
    rader.enhet,
    rader.falt,
    cast(rader.omrade as integer) as omrade,
    min_by(rader.text, rader.kodare) as insats,
    string_agg(rader.kodare || ': ' || rader.bedomning, '; ' order by rader.kodare) as kodarnas_bedomning,
    -- Where the first of them says it.
    min_by(rader._leverans_id, rader.kodare) as leverans_id,
    min_by(rader._blad, rader.kodare) as blad,
    cast(min_by(rader._rad, rader.kodare) as integer) as leveransrad
from {{ ref('stg_kodning__rader') }} as rader
inner join {{ ref('int_kodning_avgjord') }} as avgjord
    on
        rader.region_kod = avgjord.region_kod
        and rader.overenskommelse = avgjord.overenskommelse
        and rader.ar = avgjord.ar
        and rader.typ = avgjord.typ
        and rader.enhet = avgjord.enhet
inner join {{ ref('regioner') }} as regioner
    on rader.region_kod = regioner.region_kod
where not avgjord.avgjord
group by
    rader.ar, rader.overenskommelse, rader.region_kod, regioner.region, rader.typ, rader.enhet, rader.falt, rader.omrade
order by rader.ar, rader.overenskommelse, rader.region_kod, rader.typ, rader.enhet
