{#-
Models that are computed anew only for the months that changed. `manader` is a relation (period, signatur); a model keeps
the signature of a month on its rows. A month is changed when the two differ, or when it is gone. With variable `manad` (its
first day) only that month is looked at.
-#}

{#- The changed months as a list of SQL dates, for `period in (…)`. Never empty: a month that does not exist. -#}
{% macro andrade_perioder(manader) -%}
    {%- set perioder = ['0001-01-01'] -%}
    {%- if execute -%}
        {%- set fraga -%}
            select cast(period as varchar)
            from (select distinct period, signatur from {{ manader }}) as nya
            {%- if is_incremental() %}
            full join (select distinct period, signatur from {{ this }}) as gamla using (period)
            {%- endif %}
            where true
            {%- if is_incremental() %} and nya.signatur is distinct from gamla.signatur {%- endif %}
            {%- if var('manad', none) %} and cast(period as varchar) = '{{ var('manad') }}' {%- endif %}
            order by period
        {%- endset -%}
        {%- do perioder.extend(run_query(fraga).columns[0].values()) -%}
    {%- endif -%}
    '{{ perioder | join("', '") }}'
{%- endmacro %}

{#- Before new rows are added: those of the changed months go, in the same transaction. -#}
{% macro ta_bort_andrade_perioder(manader) -%}
    {%- if is_incremental() -%}
        delete from {{ this }} where period in ({{ andrade_perioder(manader) }})
    {%- endif -%}
{%- endmacro %}
