{#- What the records of the reports share: the report that a row is of, which is its folder. -#}
{% macro publikation(fil) -%}
    regexp_extract({{ fil }}, '([^/\\]+)[/\\][^/\\]+$', 1)
{%- endmacro %}
