{#- A printed table of text as rows: the cells of a report's table spread over its columns. -#}
{% macro tabelltext(rapport, tabell, kolumner) -%}
    select
        rad,
        {% for kolumn in kolumner -%}
            max(text) filter (where kolumn = '{{ kolumn }}') as {{ kolumn }}{{ ',' if not loop.last }}
        {% endfor %}
    from {{ ref('tryckt_tabelltext') }}
    where publikation = '{{ rapport }}' and tabell = '{{ tabell }}'
    group by rad
{%- endmacro %}
