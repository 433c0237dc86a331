{#- For views, whose contract promises names and types only: a table's not_null constraints in one query. -#}
{% test inga_tomma(model, kolumner) %}
    select {{ kolumner | join(', ') }}
    from {{ model }}
    where {{ kolumner | join(' is null or ') }} is null
{% endtest %}
