with antal as (
    select
        sista_dag,
        overenskommelse,
        kalla,
        skyldighet,
        period,
        respondent_typ,
        mottagare,
        status,
        count(*) as antal,
        foljd
    from {{ ref('kalender') }}
    where respondent_typ <> 'kommun'
    group by sista_dag, overenskommelse, kalla, skyldighet, period, respondent_typ, mottagare, status, foljd
)

select
    antal.sista_dag,
    antal.overenskommelse,
    overenskommelser.namn,
    antal.kalla,
    antal.skyldighet,
    antal.period,
    antal.respondent_typ,
    antal.mottagare,
    antal.status,
    antal.antal,
    antal.foljd,
    row_number() over (
        order by
            antal.sista_dag nulls last,
            antal.overenskommelse,
            antal.kalla,
            antal.period,
            antal.respondent_typ,
            antal.status
    ) as _ordning
from antal
left join {{ ref('overenskommelser') }} as overenskommelser
    on antal.overenskommelse = overenskommelser.overenskommelse
