{# Whether so many of those that a statement is about are read that it may be counted: a share of them that the statement states, or all. #}
{% macro bas_nadd(lasta, bas, minsta_andel) -%}
    {{ lasta }} >= coalesce({{ minsta_andel }}, 1) * {{ bas }}
{%- endmacro %}
