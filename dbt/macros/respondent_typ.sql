{#- What kind of recipient a code is: skr, rss followed by a county, or a region. -#}
{% macro respondent_typ(kod) -%}
    case when {{ kod }} = 'skr' then 'skr' when {{ kod }} like 'rss%' then 'rss' else 'region' end
{%- endmacro %}
