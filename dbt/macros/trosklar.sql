{#-
The thresholds of response rates as a relation (kalla, niva, troskel) out of var `trosklar`, JSON: source → measure →
value. Measure `svarsfrekvens` is the threshold of the whole country; other measures are levels by their own name.
-#}
{% macro trosklar() -%}
    {%- set rader = [] -%}
    {%- for kalla, matt in fromjson(var('trosklar')).items() -%}
        {%- for niva, troskel in matt.items() -%}
            {%- do rader.append("('" ~ kalla ~ "', '" ~ niva ~ "', " ~ troskel ~ ")") -%}
        {%- endfor -%}
    {%- endfor -%}
    select
        kalla,
        case matt when 'svarsfrekvens' then 'riket' else matt end as niva,
        cast(varde as double) as troskel
    from (values {{ (rader or ['(null, null, null)']) | join(', ') }}) as varden (kalla, matt, varde)
{%- endmacro %}
