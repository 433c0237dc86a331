{#-
Rows that hold for a time, out of the file that the model names (macro filer). The rule is that of dagster_project/giltighet.py: of each key
the row that began last on or before the day whose names and rules the report goes by. galler_fran and galler_till become those of the key,
as they were known on that day: what ended, or changed its name, later does not change an earlier report.
-#}
{% macro gallande_rader(nyckel) -%}
    select
        rader.* exclude (fil, galler_fran, galler_till),
        case
            when count(*) over nyckelns_rader = count(rader.galler_fran) over nyckelns_rader
                then min(cast(rader.galler_fran as date)) over nyckelns_rader
        end as galler_fran,
        case when cast(rader.galler_till as date) < {{ giltighetsdag() }} then cast(rader.galler_till as date) end as galler_till
    from {{ filer() }} as rader
    where coalesce(cast(rader.galler_fran as date) <= {{ giltighetsdag() }}, true)
    window nyckelns_rader as (partition by rader.{{ nyckel }})
    qualify
        row_number() over (partition by rader.{{ nyckel }} order by cast(rader.galler_fran as date) desc nulls last) = 1
{%- endmacro %}

{#- The day whose names, caveats and thresholds the report goes by. -#}
{% macro giltighetsdag() -%}
    cast('{{ var("giltighetsdag") }}' as date)
{%- endmacro %}

{#- Whether a row of such a table had begun and not ended on a day. -#}
{% macro i_kraft(rad, dag) -%}
    coalesce({{ rad }}.galler_fran <= {{ dag }}, true) and coalesce({{ rad }}.galler_till >= {{ dag }}, true)
{%- endmacro %}

{#- How many of a table are in force on the day of the report's names. -#}
{% macro antal_i_kraft(tabell) -%}
    (select count(*) from {{ ref(tabell) }} as alla where {{ i_kraft('alla', giltighetsdag()) }})
{%- endmacro %}
