select
    kalender.respondent_typ,
    kalender.respondent_kod,
    kalender.respondent,
    kalender.overenskommelse,
    overenskommelser.namn,
    kalender.kalla,
    kalender.skyldighet,
    kalender.period,
    kalender.sista_dag,
    kalender.status,
    row_number() over (
        order by
            list_position(['region', 'rss', 'skr', 'kommun'], kalender.respondent_typ),
            kalender.respondent,
            kalender.sista_dag,
            kalender.period,
            kalender.respondent_kod,
            kalender.overenskommelse,
            kalender.kalla
    ) as _ordning
from {{ ref('kalender') }} as kalender
inner join {{ ref('overenskommelser') }} as overenskommelser
    on kalender.overenskommelse = overenskommelser.overenskommelse
where kalender.paminnelse
