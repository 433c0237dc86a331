with antal as (
    select
        kalla,
        overenskommelse,
        period,
        count(*) as forvantade,
        count(*) filter (where status = 'inkommen') as inkomna,
        count(*) filter (where status = 'sen') as sena,
        count(*) filter (where status = 'vantad') as vantade,
        count(*) filter (where status = 'saknas') as saknade,
        count(*) filter (where status = 'vantar') as vantande,
        count(*) filter (where status = 'avvisad') as avvisade,
        count(*) filter (where status = 'okand') as okanda
    from {{ ref('leveransstatus') }}
    group by kalla, overenskommelse, period
)

select
    antal.kalla,
    kallor.namn as kalla_namn,
    antal.overenskommelse,
    overenskommelser.namn,
    antal.period,
    antal.forvantade,
    antal.inkomna,
    antal.sena,
    antal.vantade,
    antal.saknade,
    antal.vantande,
    antal.avvisade,
    antal.okanda,
    row_number() over (
        order by kallor.namn, antal.period, overenskommelser.namn, antal.kalla, antal.overenskommelse
    ) as _ordning
from antal
inner join {{ ref('kallor') }} as kallor on antal.kalla = kallor.kalla
inner join {{ ref('overenskommelser') }} as overenskommelser
    on antal.overenskommelse = overenskommelser.overenskommelse
