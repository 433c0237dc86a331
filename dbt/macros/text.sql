{#- Text functions that differ between engines. Patterns are regular expressions without quotes. -#}

{#- The sentences of a text that match a pattern, as one text. -#}
{% macro meningar_med(text, monster) -%}
    array_to_string(
        list_filter(string_split_regex({{ text }}, '[.;]\s+'), lambda m: regexp_matches(m, '{{ monster }}')), '. '
    )
{%- endmacro %}

{#- Everything in a text that matches a pattern (its group, if given), as a list. -#}
{% macro finn_alla(text, monster, grupp=0) -%}
    regexp_extract_all({{ text }}, '{{ monster }}', {{ grupp }})
{%- endmacro %}

{% macro ta_bort(text, monster) -%}
    regexp_replace({{ text }}, '{{ monster }}', ' ', 'g')
{%- endmacro %}

{#- A list as text with semicolons between, null if empty. -#}
{% macro uppraknad(lista) -%}
    nullif(array_to_string({{ lista }}, ';'), '')
{%- endmacro %}

{#- The list with each value once, where it first stands. -#}
{% macro utan_upprepning(lista) -%}
    list_select(
        {{ lista }},
        list_sort(list_distinct(list_transform({{ lista }}, lambda v: list_position({{ lista }}, v))))
    )
{%- endmacro %}
