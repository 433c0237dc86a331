-- Every free text of the survey with its codes or, as long as nobody has judged it, with what the patterns propose.
with bedomda as (
    select
        fritext.undersokning,
        fritext.fraga,
        fritext.kommun_kod,
        fritext.fritext,
        fritext._leverans_id,
        bedomda.kommun_kod is not null as bedomd
    from {{ ref('stg_kommunenkat__fritext') }} as fritext
    left join {{ ref('int_underlag_bedomda') }} as bedomda
        on
            fritext.undersokning = bedomda.material
            and fritext.fraga = bedomda.fraga
            and fritext.kommun_kod = bedomda.kommun_kod
),

med_falt as (
    select
        bedomda.*,
        uppgift.falt,
        uppgift.varde,
        coalesce(uppgift.tillstand, 'inget') as tillstand
    from bedomda
    left join {{ ref('kommunuppgift') }} as uppgift
        on
            bedomda.undersokning = uppgift.material
            and bedomda.fraga = uppgift.fraga
            and bedomda.kommun_kod = uppgift.kommun_kod
    where bedomda.bedomd

    union all

    select
        bedomda.*,
        kodram.falt,
        case when kodram.falt is not null then 'ja' end as varde,
        case when kodram.falt is not null then 'forslag' else 'ej_bedomd' end as tillstand
    from bedomda
    left join {{ ref('kommunkodram') }} as kodram
        on nullif(kodram.monster, '') is not null and regexp_matches(bedomda.fritext, kodram.monster, 'i')
    where not bedomda.bedomd
)

select
    'kodning' as slag,
    med_falt.undersokning,
    med_falt.fraga,
    kommuner.region_kod,
    med_falt.kommun_kod,
    kommuner.kommun,
    med_falt.fritext,
    med_falt.falt,
    kodram.etikett as uppgift,
    med_falt.varde,
    med_falt.tillstand,
    med_falt._leverans_id as leverans_id
from med_falt
inner join {{ ref('kommuner') }} as kommuner
    on med_falt.kommun_kod = kommuner.kommun_kod
left join {{ ref('kommunkodram') }} as kodram
    on med_falt.falt = kodram.falt
order by med_falt.undersokning, med_falt.fraga, med_falt.kommun_kod, med_falt.falt
