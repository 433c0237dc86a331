{%- set texter = [
    'rattelse_id', 'kalla', 'tabell', 'nyckel', 'kolumn', 'levererat', 'rattat', 'skal'
] -%}

-- Each correction against the delivered rows that count: how many it means, and how many still hold the wrong value.
with bedomda as (
    {% for r in rattelser() if r.galler_fran <= var('ar') %}
        select
            {% for falt in texter if falt != 'nyckel' -%}
                {{ som_text(r[falt]) }} as {{ falt }},
            {% endfor -%}
            {{ som_text(r.nyckel.items() | map('join', '=') | join(';')) }} as nyckel,
            {{ som_text(r.beslutad) }} as beslutad,
            {{ r.galler_till }} as galler_till,
            count(*) as rader,
            count(*) filter (where {{ rattelse_galler(r) }}) as rader_ratta
        from ({{ gallande(r.kalla, r.tabell, kolumner='ra.*') }}) as ra
        where {{ rattelse_traffar(r) }}

        union all

    {% endfor -%}
    select
        {% for falt in texter -%}
            null as {{ falt }},
        {% endfor -%}
        null as beslutad,
        null as galler_till,
        0 as rader,
        0 as rader_ratta
    where false
)

select
    {% for falt in texter -%}
        cast({{ falt }} as varchar) as {{ falt }},
    {% endfor -%}
    cast(beslutad as date) as beslutad,
    cast(galler_till as integer) as galler_till,
    case
        when galler_till < {{ var('ar') }} then 'utgangen'
        when rader = 0 then 'traffar_inget'
        when rader_ratta = 0 then 'lakt'
        else 'tillampad'
    end as utfall
from bedomda
order by rattelse_id
