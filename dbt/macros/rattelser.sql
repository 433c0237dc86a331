{#-
Corrections of delivered values, decided by the agency: var `rattelser`, a JSON list out of seeds/corrections/*.csv. A row of
raw table `ra` is corrected where the whole key fits and the delivered value is still the one that was judged wrong.
-#}

{% macro rattelser(kalla=none, tabell=none) -%}
    {%- set valda = [] -%}
    {%- for r in fromjson(var('rattelser')) if kalla is none or (r.kalla == kalla and r.tabell == tabell) -%}
        {%- do valda.append(r) -%}
    {%- endfor -%}
    {{ return(valda) }}
{%- endmacro %}

{#- A text as an SQL literal; null if there is none. -#}
{% macro som_text(varde) -%}
    {%- if varde is none -%} null {%- else -%} '{{ varde | string | replace("'", "''") }}' {%- endif -%}
{%- endmacro %}

{#- Is the row the one that the correction means? -#}
{% macro rattelse_traffar(r) -%}
    {%- for kolumn, varde in r.nyckel.items() -%}
        cast(ra.{{ kolumn }} as varchar) = {{ som_text(varde) }}
        {%- if not loop.last %} and {% endif -%}
    {%- endfor -%}
{%- endmacro %}

{#- Does it still hold the value that was judged wrong, and is the correction in force? -#}
{% macro rattelse_galler(r) -%}
    (
        {{ rattelse_traffar(r) }}
        and cast(ra.{{ r.kolumn }} as varchar) is not distinct from {{ som_text(r.levererat) }}
        and {{ var('ar') }} between {{ r.galler_fran }} and {{ r.galler_till }}
    )
{%- endmacro %}

{% macro rattade_kolumner(kalla, tabell) -%}
    {%- set mina = rattelser(kalla, tabell) -%}
    ra.*
    {%- if mina %} replace (
        {%- for kolumn in mina | map(attribute='kolumn') | unique %}
            case
                {%- for r in mina if r.kolumn == kolumn %}
                    when {{ rattelse_galler(r) }} then {{ som_text(r.rattat) }}
                {%- endfor %}
                else ra.{{ kolumn }}
            end as {{ kolumn }}
            {%- if not loop.last %}, {% endif -%}
        {%- endfor %}
    ){% endif %},
    nullif(concat_ws(
        ', ', null
        {%- for r in mina -%} , case when {{ rattelse_galler(r) }} then {{ som_text(r.rattelse_id) }} end {%- endfor -%}
    ), '') as _rattelse
{%- endmacro %}
