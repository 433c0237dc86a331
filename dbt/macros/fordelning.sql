{#-
Whole kronor by largest remainder. A share comes as its whole kronor (`hela`) and what is left of a krona (`rest`);
the kronor that are missing to `pott` within `grupp` go one each to the largest remainders, equal ones in order of `nyckel`.
-#}
{% macro hela_kronor(hela, rest, pott, grupp, nyckel) -%}
    {{ hela }} + cast(
        row_number() over (partition by {{ grupp }} order by {{ rest }} desc, {{ nyckel }})
        <= {{ pott }} - sum({{ hela }}) over (partition by {{ grupp }}) as integer
    )
{%- endmacro %}
