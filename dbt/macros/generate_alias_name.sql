{#-
A printed table is called in the database what it is called in the release: the model tab_tabell_2 is tabell.tabell_2. The
prefix is only there because some tables are called as the mart that they show, and two models may not have one name.
-#}
{% macro generate_alias_name(custom_alias_name=none, node=none) -%}
    {%- if custom_alias_name -%}
        {{ custom_alias_name | trim }}
    {%- elif node.resource_type == 'model' and node.name.startswith('tab_') -%}
        {{ node.name[4:] }}
    {%- else -%}
        {{ node.name }}
    {%- endif -%}
{%- endmacro %}
