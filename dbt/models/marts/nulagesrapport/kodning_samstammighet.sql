-- Cohen's kappa per field and pair of coders: agreement beyond what their own shares of each judgement give by chance.
with par as (
    select
        ett.overenskommelse,
        ett.ar,
        ett.typ,
        case when ett.typ in ('insats', 'kostnad', 'resultat') then ett.typ else ett.falt end as falt,
        ett.kodare as kodare_1,
        tva.kodare as kodare_2,
        ett.bedomning as bedomning_1,
        tva.bedomning as bedomning_2
    from {{ ref('stg_kodning__rader') }} as ett
    inner join {{ ref('stg_kodning__rader') }} as tva
        on
            ett.region_kod = tva.region_kod
            and ett.overenskommelse = tva.overenskommelse
            and ett.ar = tva.ar
            and ett.typ = tva.typ
            and ett.enhet = tva.enhet
            and ett.kodare < tva.kodare
    where not ett.avgorande and not tva.avgorande
),

slump as (
    -- Chance: for each judgement, one coder's count times the other's.
    select
        ett.overenskommelse,
        ett.ar,
        ett.typ,
        ett.falt,
        ett.kodare_1,
        ett.kodare_2,
        sum(case when ett.bedomning_1 = tva.bedomning_2 then 1 else 0 end) as traffar
    from par as ett
    inner join par as tva
        on
            ett.overenskommelse = tva.overenskommelse
            and ett.ar = tva.ar
            and ett.typ = tva.typ
            and ett.falt = tva.falt
            and ett.kodare_1 = tva.kodare_1
            and ett.kodare_2 = tva.kodare_2
    group by all
),

matt as (
    select
        par.overenskommelse,
        par.ar,
        par.typ,
        par.falt,
        par.kodare_1,
        par.kodare_2,
        count(*) as antal,
        count(*) filter (where par.bedomning_1 = par.bedomning_2) as eniga,
        any_value(slump.traffar) / (count(*) * count(*)) as vantad
    from par
    inner join slump
        on
            par.overenskommelse = slump.overenskommelse
            and par.ar = slump.ar
            and par.typ = slump.typ
            and par.falt = slump.falt
            and par.kodare_1 = slump.kodare_1
            and par.kodare_2 = slump.kodare_2
    group by all
)

select
    ar,
    overenskommelse,
    typ,
    falt,
    kodare_1,
    kodare_2,
    cast(antal as integer) as antal,
    cast(eniga as integer) as eniga,
    eniga / antal as andel_eniga,
    case when vantad < 1 then (eniga / antal - vantad) / (1 - vantad) end as kappa
from matt
order by all
