{#-
The word for n of N regions, by the definition of the 2018 report (004 L405–408): samtliga n = N; flertalet more than half;
flera more than three and less than half; några two or three. What it leaves open (one, exactly half) has no word.
-#}
{% macro kvantifierare(antal, bas) -%}
    case
        when {{ antal }} = {{ bas }} then 'samtliga'
        when 2 * {{ antal }} > {{ bas }} then 'flertalet'
        when {{ antal }} in (2, 3) and 2 * {{ antal }} < {{ bas }} then 'några'
        when {{ antal }} > 3 and 2 * {{ antal }} < {{ bas }} then 'flera'
    end
{%- endmacro %}
