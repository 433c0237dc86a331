{#- Shares and their published percent. Counts go in as integers, so that ties are ties. -#}

{% macro andel(taljare, namnare) -%}
    100.0 * {{ taljare }} / nullif({{ namnare }}, 0)
{%- endmacro %}

{#- Whole percent, half rounded up. -#}
{% macro andel_halv_upp(taljare, namnare) -%}
    cast((200 * {{ taljare }} + {{ namnare }}) // nullif(2 * {{ namnare }}, 0) as double)
{%- endmacro %}

{#-
Whole percent that sum to 100 within `grupp` (largest remainder): every share is rounded down, and the points left go to
the largest remainders. Where the last points fall among equal remainders, these share them.
-#}
{% macro andel_storsta_rest(taljare, namnare, grupp) -%}
    {%- set procent = '100 * ' ~ taljare ~ ' // nullif(' ~ namnare ~ ', 0)' -%}
    {%- set rest = '100 * ' ~ taljare ~ ' % nullif(' ~ namnare ~ ', 0)' -%}
    {%- set lika = 'count(*) over (partition by ' ~ grupp ~ ', ' ~ rest ~ ')' -%}
    {{ procent }} + greatest(0, least(
        {{ lika }},
        100 - sum({{ procent }}) over (partition by {{ grupp }})
        - (rank() over (partition by {{ grupp }} order by {{ rest }} desc) - 1)
    )) / {{ lika }}
{%- endmacro %}

{#- The published percent by the rule that column `regel` names. -#}
{% macro andel_publicerad(taljare, namnare, grupp, regel) -%}
    case {{ regel }}
        when 'halv_upp' then {{ andel_halv_upp(taljare, namnare) }}
        when 'storsta_rest' then {{ andel_storsta_rest(taljare, namnare, grupp) }}
    end
{%- endmacro %}
