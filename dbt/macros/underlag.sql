{#- Lines of a document in words: 713–715, or 713; null where none are stated. -#}
{% macro radspann(fran, till) -%}
    {{ fran }} || case when {{ till }} > {{ fran }} then '–' || {{ till }} else '' end
{%- endmacro %}

{#- The year that ends the name of a publication: uppfoljning_2020. -#}
{% macro publikationsar(publikation) -%}
    cast(right({{ publikation }}, 4) as integer)
{%- endmacro %}

{#- The year of the report that prints a survey, which is the year after the one asked about: kommunenkat_2019. -#}
{% macro undersokningens_rapportar(undersokning) -%}
    cast(right({{ undersokning }}, 4) as integer) + 1
{%- endmacro %}

{#- How far the region's own review of its summary has come, in words. -#}
{% macro granskningens_lage(kod) -%}
    case {{ kod }}
        when 'godkand' then 'godkänd'
        when 'rattad' then 'rättad'
        when 'skickad' then 'skickad'
        when 'ej_besvarad' then 'inte besvarad'
        else 'inte skickad'
    end
{%- endmacro %}
