{#- A number as the report prints it: decimal comma, no decimals for whole numbers. -#}
{% macro som_tryckt(tal) -%}
    regexp_replace(replace(cast({{ tal }} as varchar), '.', ','), ',0$', '')
{%- endmacro %}
