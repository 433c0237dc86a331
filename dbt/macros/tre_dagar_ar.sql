{#- What the tables of a year on the measure of three days have in common: the year's figures, and the rows of a level, both sexes together. -#}
{% macro tre_dagar_ar_matt() -%}
    matt.inom_tre_dagar,
    matt.bedomningar,
    matt.andel,
    matt.ki_undre,
    matt.ki_ovre,
    matt.antal_manader,
    matt.varde_status
{%- endmacro %}

{% macro tre_dagar_ar_rader(niva) -%}
    (
        select *
        from {{ ref('medicinsk_bedomning_tre_dagar_ar') }}
        where niva = '{{ niva }}' and kon = 'T' and ar = {{ var('ar') }}
    )
{%- endmacro %}
