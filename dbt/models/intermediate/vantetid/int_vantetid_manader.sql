{%- set seeds = [ref('yrkeskategorier'), ref('kontaktformer'), tre_dagar(), ref('dagsintervall')] -%}

select
    period,
    md5(
        {{ regelverk(seeds) }}
        || string_agg(respondent || leverans_id || coalesce(rader, 0), '|' order by respondent)
    ) as signatur
from {{ ref('stg_register__tackning') }}
where kalla = 'vantetid_primarvard'
group by period
