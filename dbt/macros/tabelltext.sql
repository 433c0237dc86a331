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

{#-
The same, with how many regions tell of what the row is about (`falt`, a field of the code frame) and the word for it: when the
reports of the year are all coded, and before that nothing.
-#}
{% macro tabelltext_raknad(rapport, tabell, kolumner) -%}
    select
        rader.*,
        raknade.antal_regioner,
        {{ kvantifierare('raknade.antal_regioner', antal_i_kraft('regioner')) }} as kvantifierare,
        row_number() over (order by rader.rad) as _ordning
    from ({{ tabelltext(rapport, tabell, kolumner + ['falt']) }}) as rader
    left join (
        select
            falt,
            count(distinct region_kod) filter (where tillstand = 'ja') as antal_regioner
        from {{ ref('regionuppgift') }}
        where ar = {{ publikationsar("'" ~ rapport ~ "'") }} and tillstand in ('ja', 'nej', 'ej_angivet')
        group by falt
        having {{ bas_nadd('count(distinct region_kod)', antal_i_kraft('regioner'), 'null') }}
    ) as raknade on rader.falt = raknade.falt
{%- endmacro %}
