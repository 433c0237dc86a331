{#- Wilson's 95 % interval of a share, in percent; null without a denominator. `grans` is -1 for the lower end, 1 for the upper.
    Rounding may take the ends a hair past 0 and 100, which no share is. -#}
{% macro wilson(taljare, namnare, grans) -%}
    {%- set z = 1.959963984540054 -%}
    {%- set p = '(1.0 * ' ~ taljare ~ ' / nullif(' ~ namnare ~ ', 0))' -%}
    case when {{ namnare }} > 0 then least(100.0, greatest(0.0, 100.0 * (
        {{ p }} + {{ z * z / 2 }} / nullif({{ namnare }}, 0)
        + {{ grans }} * {{ z }} * sqrt(
            {{ p }} * (1 - {{ p }}) / nullif({{ namnare }}, 0) + {{ z * z / 4 }} / nullif({{ namnare }}, 0) / nullif({{ namnare }}, 0)
        )
    ) / (1 + {{ z * z }} / nullif({{ namnare }}, 0)))) end
{%- endmacro %}
