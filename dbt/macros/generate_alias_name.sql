{#-
A printed table is called in the database what it is called in the release: the model tab_svarsfrekvens is tabell.svarsfrekvens. The
prefix is only there because some tables are called as the mart that they show, and two models may not have one name. What a report numbers
for itself has the id there that the report gives it: tab_webbtidbok is in the release of 2020 tabell.tabell_2. A table that only one report
has, has the report before it, because two reports may both have a Tabell 2: tab_uppfoljning_2018__tabell_2.
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
