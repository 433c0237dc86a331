{#- Cells of the waiting times: their levels, what is published of them and their status. -#}

{#- riket, region or vardenhet, after `group by rollup (region_kod, vardenhet_id)`. -#}
{% macro niva() -%}
    case
        when grouping(s.region_kod) = 1 then 'riket'
        when grouping(s.vardenhet_id) = 1 then 'region'
        else 'vardenhet'
    end as niva,
    case when grouping(s.region_kod) = 1 then '00' else s.region_kod end as region_kod
{%- endmacro %}

{#- What is published of a cell c: counts, share and interval where condition `visas` holds, nothing otherwise. -#}
{% macro publicerad_cell(visas, inom='inom_tre_dagar') -%}
    case when {{ visas }} then c.{{ inom }} end as {{ inom }},
    case when {{ visas }} then c.bedomningar end as bedomningar,
    case when {{ visas }} then cast({{ andel('c.' ~ inom, 'c.bedomningar') }} as double) end as andel,
    case when {{ visas }} then greatest(0.0, {{ wilson('c.' ~ inom, 'c.bedomningar', -1) }}) end as ki_undre,
    case when {{ visas }} then least(100.0, {{ wilson('c.' ~ inom, 'c.bedomningar', 1) }}) end as ki_ovre
{%- endmacro %}

{#- c where it is not shown; otherwise p until the catalogue k says that the period (a year, month or day) is validated. -#}
{% macro varde_status(visas, period) -%}
    case
        when not {{ visas }} then 'c'
        when
            left(cast({{ period }} as varchar), length(k.validerad_fran)) >= k.validerad_fran
            and coalesce(left(cast({{ period }} as varchar), length(k.validerad_till)) <= k.validerad_till, true)
            then null
        else 'p'
    end
{%- endmacro %}

{#- Days numbered by stretches in which the same professions are licensed: what holds for one day of a stretch holds for all. -#}
{% macro legitimationsperiod(dag) -%}
    0
    {%- if execute -%}
        {%- set granser -%}
            select distinct cast(unnest([legitimerad_fran, legitimerad_till + 1]) as varchar) from {{ ref('yrkeskategorier') }}
        {%- endset -%}
        {%- for grans in run_query(granser).columns[0].values() | select | sort %} + cast({{ dag }} >= date '{{ grans }}' as integer)
        {%- endfor -%}
    {%- endif -%}
{%- endmacro %}
