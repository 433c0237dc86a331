{% test svaren_ar_hela(model) %}
    select matt, fraga, sida
    from {{ model }}
{% endtest %}
