-- One judgement per municipality, material, question and field: the deciding row where there is one, otherwise the one
-- all coders share. A coder who has judged a text and not given it a field says that the field is not there.
with rader as (
    select
        *,
        case when beslut = 'avvisad' then 'ej_angivet' else varde end as bedomning
    from {{ ref('stg_underlag__rader') }}
    where slag = 'kodning'
),

bedomare as (
    select distinct
        material,
        fraga,
        kommun_kod,
        kodare
    from rader
    where not avgorande
),

falten as (
    select distinct
        material,
        fraga,
        kommun_kod,
        falt
    from rader
    where falt is not null
),

per_kodare as (
    select
        falten.material,
        falten.fraga,
        falten.kommun_kod,
        falten.falt,
        bedomare.kodare,
        coalesce(min(rader.bedomning), 'ej_angivet') as bedomning
    from falten
    inner join bedomare
        on
            falten.material = bedomare.material
            and falten.fraga = bedomare.fraga
            and falten.kommun_kod = bedomare.kommun_kod
    left join rader
        on
            falten.material = rader.material
            and falten.fraga = rader.fraga
            and falten.kommun_kod = rader.kommun_kod
            and falten.falt = rader.falt
            and bedomare.kodare = rader.kodare
            and not rader.avgorande
    group by all
),

jamforda as (
    select
        material,
        fraga,
        kommun_kod,
        falt,
        count(*) as antal_kodare,
        string_agg(kodare, ', ' order by kodare) as kodare,
        min(bedomning) as bedomning,
        min(bedomning) = max(bedomning) as eniga
    from per_kodare
    group by all
),

valda as (
    select *
    from rader
    where falt is not null
    qualify
        row_number() over (
            partition by material, fraga, kommun_kod, falt
            order by avgorande desc, kodningsdatum desc, kodare asc
        ) = 1
)

select
    valda.ar,
    valda.material,
    valda.fraga,
    valda.region_kod,
    valda.kommun_kod,
    valda.falt,
    case
        when valda.avgorande then valda.bedomning
        when jamforda.eniga then jamforda.bedomning
        else 'oenig'
    end as bedomning,
    coalesce(jamforda.antal_kodare, 0) as antal_kodare,
    case when valda.avgorande then valda.kodare else jamforda.kodare end as kodare,
    valda.kodningsdatum,
    valda.kodram,
    valda._leverans_id
from valda
left join jamforda
    on
        valda.material = jamforda.material
        and valda.fraga = jamforda.fraga
        and valda.kommun_kod = jamforda.kommun_kod
        and valda.falt = jamforda.falt
