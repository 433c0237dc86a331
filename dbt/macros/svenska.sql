{#- A number in running text: decimal comma, a minus sign and no hyphen. -#}
{% macro i_text(tal, decimaler=1) -%}
    replace(replace(printf('%.{{ decimaler }}f', {{ tal }}), '.', ','), '-', '−')
{%- endmacro %}

{#- The name of a month. -#}
{% macro manadsnamn(manad) -%}
    list_extract(
        [
            'januari', 'februari', 'mars', 'april', 'maj', 'juni',
            'juli', 'augusti', 'september', 'oktober', 'november', 'december'
        ],
        {{ manad }}
    )
{%- endmacro %}
