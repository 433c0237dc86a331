{#- What the printed tables of models/tabeller share. -#}

{#- What regions are ordered by: as the report orders them, alphabetically or as SCB does. -#}
{% macro regionordning(relation) -%}
    {{ relation }}.ordning_{{ var('regionordning') }}
{%- endmacro %}

{#- How regions are written: in short (Stockholm) or in full (Region Stockholm), as the report writes them. -#}
{% macro regionnamn(relation) -%}
    {{ relation }}.{{ 'region_officiell' if var('regionnamn') == 'fullt' else 'region' }}
{%- endmacro %}

{#-
The mark of a figure that several rows make up: the gravest of theirs. What is hidden goes before what is missing, and
both before what is shown but uncertain, at a break in its series, or preliminary. A row that does not concern the
figure (z) takes nothing from it.
-#}
{% macro samlad_status(status) -%}
    case
    {%- for markering in ['c', 'x', 'u', 'b', 'p'] %}
        when bool_or({{ status }} = '{{ markering }}') then '{{ markering }}'
    {%- endfor %}
    end
{%- endmacro %}

{#-
One of the quantities of SOU 2018:39, per region and year; with `senaste` only the last year in which some region has a
value. Without `jamford` the regions are not ranked or held against riket.
-#}
{% macro storhetstabell(storhet, senaste=false, jamford=true) -%}
    select
        sou_2018_39.region_kod,
        coalesce(regioner.region, 'Riket') as region,
        sou_2018_39.ar,
        make_date(sou_2018_39.ar, 1, 1) as period,
        coalesce(regioner.region, 'Riket')
        || ', del '
        || sou_2018_39.serie
        || coalesce(', ' || sou_2018_39.kalla, '') as del_av_serie,
        sou_2018_39.kalla,
        sou_2018_39.taljare,
        sou_2018_39.namnare,
        sou_2018_39.varde,
        sou_2018_39.ki_undre,
        sou_2018_39.ki_ovre,
        sou_2018_39.forandring,
        {% if jamford -%}
            sou_2018_39.skillnad_riket,
            sou_2018_39.rang,
            sou_2018_39.antal_regioner,
        {% endif -%}
        sou_2018_39.anmarkning,
        sou_2018_39.varde_status,
        row_number() over (
            order by {{ regionordning('regioner') }} nulls first, sou_2018_39.ar, sou_2018_39.region_kod
        ) as _ordning
    from {{ ref('sou_2018_39') }} as sou_2018_39
    left join {{ ref('regioner') }} as regioner on sou_2018_39.region_kod = regioner.region_kod
    where
        sou_2018_39.storhet = '{{ storhet }}'
        and sou_2018_39.kon = 'T'
        {% if senaste -%}
            and sou_2018_39.ar = (
                select coalesce(max(alla.ar) filter (where alla.varde is not null), max(alla.ar))
                from {{ ref('sou_2018_39') }} as alla
                where alla.storhet = '{{ storhet }}' and alla.region_kod <> '00'
            )
        {%- else -%}
        and sou_2018_39.ar <= {{ var('ar') }}
    {%- endif %}
{%- endmacro %}

{#- Codes as they are written, several with semicolons between them: i_befintlig_budget;ej_angivet. -#}
{% macro klartext(koder) -%}
    array_to_string(
        list_transform(
            string_split({{ koder }}, ';'),
            lambda kod: case kod
                when 'anges_inga' then 'anges inga'
                when 'digital_teknik' then 'digital teknik'
                when 'ej_angivet' then 'inte angivet'
                when 'ej_bedomd' then 'inte bedömt'
                when 'i_befintlig_budget' then 'i befintlig budget'
                when 'mobila_team' then 'mobila team'
                when 'namnd_utan_belopp' then 'nämnd utan belopp'
                when 'oenig' then 'kodarna oense'
                when 'psykisk_ohalsa' then 'psykisk ohälsa'
                else replace(kod, '_', ' ')
            end
        ),
        '; '
    )
{%- endmacro %}

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
