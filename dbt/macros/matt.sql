{#-
The end of a mart of measures out of a source: the rows of `rader` (with the columns of `nyckel`, region_kod and matt among them, and
varde, jamforelse, ursprung) with the names of region and measure, and their unit. What was delivered goes before what is computed.
-#}
{% macro matt_i_klartext(rader, kalla, nyckel) -%}
    select
        {% for kolumn in nyckel -%}
            rader.{{ kolumn }},
            {% if kolumn == 'region_kod' %}coalesce(regioner.region, 'Riket') as region,{% endif %}
        {%- endfor %}
        matt.namn as matt_namn,
        cast(rader.varde as double) as varde,
        rader.jamforelse,
        matt.enhet,
        cast(matt.decimaler as integer) as decimaler,
        rader.ursprung
    from {{ rader }} as rader
    inner join {{ ref('matt') }} as matt
        on matt.kalla = '{{ kalla }}' and rader.matt = matt.matt
    left join {{ ref('regioner') }} as regioner
        on rader.region_kod = regioner.region_kod
    qualify
        row_number() over (
            partition by rader.{{ nyckel | join(', rader.') }}
            order by rader.ursprung = 'beraknat'
        ) = 1
    order by rader.{{ nyckel | join(', rader.') }}
{%- endmacro %}
