with rader as (
    {{ gallande('underlag', 'rader') }}
)

select
    slag,
    ar,
    -- Who it is about: a municipality, a region, or a party that was heard.
    case when kommun_kod is not null then 'kommun' when region_kod is not null then 'region' else part end as avser,
    coalesce(kommun_kod, region_kod, organisation) as aktor,
    coalesce(region_kod, left(kommun_kod, 2)) as region_kod,
    kommun_kod,
    part,
    organisation,
    datum,
    coalesce(fallstudie = 'ja', false) as fallstudie,
    form,
    genomforande,
    roll,
    omrade,
    tema,
    text,
    granskning,
    granskad,
    -- What was coded: a survey, or the year's interviews.
    case when slag = 'kodning' then coalesce(undersokning, 'intervjuer_' || ar) end as material,
    fraga,
    falt,
    case when falt is not null then lower(coalesce(varde, 'ja')) else varde end as varde,
    beslut,
    coalesce(avgorande = 'ja', false) as avgorande,
    kodare,
    kodningsdatum,
    kodram,
    referens,
    publikation,
    utsaga,
    antal,
    bas,
    _leverans_id,
    _blad,
    _rad
from rader
qualify
    slag <> 'sammanfattning'
    or row_number() over (partition by slag, ar, region_kod order by _rad desc, _leverans_id desc) = 1
