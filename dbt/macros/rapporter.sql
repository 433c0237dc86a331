{#-
The files in seeds/ that the model names in its yml, meta: {filer: …}, all read as text. They are part of what the model is signed by
(dagster_project/warehouse/signature.py).
-#}
{% macro filer() -%}
    read_csv(
        '{{ env_var("UPPFOLJNING_SEEDS", "../seeds") }}/{{ model.config.meta["filer"] }}',
        header = true,
        all_varchar = true,
        filename = 'fil'
    )
{%- endmacro %}

{#- The report that a row is of: the folder of its file. -#}
{% macro publikation() -%}
    regexp_extract(fil, '([^/\\]+)[/\\][^/\\]+$', 1)
{%- endmacro %}

{#- The day at which the report judges what is late, missing or not yet due. -#}
{% macro rapportdatum() -%}
    cast('{{ var("rapportdatum") }}' as date)
{%- endmacro %}
