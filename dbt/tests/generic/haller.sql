{#- All that holds for the rows of a relation, in one query; a row per breach says which rule and where.

    nyckel     columns that no two rows share
    ifyllda    columns that are never null
    tillatna   {column: [values]}, null besides
    finns_i    {column: relation.column}, null besides
-#}
{% test haller(model, nyckel=[], ifyllda=[], tillatna={}, finns_i={}) %}
    {%- set krav = [] -%}
    {%- if nyckel -%}
        {%- set var -%}concat_ws(', ', {% for kolumn in nyckel %}coalesce(cast({{ kolumn }} as varchar), '–'){{ ', ' if not loop.last }}{% endfor %}){%- endset -%}
        {%- do krav.append(
            "select '" ~ nyckel | join(', ') ~ " förekommer flera gånger' as regel, " ~ var ~ " as var_det_brister from " ~ model
            ~ " group by " ~ nyckel | join(', ') ~ " having count(*) > 1"
        ) -%}
    {%- endif -%}
    {%- for kolumn in ifyllda -%}
        {%- do krav.append(
            "select '" ~ kolumn ~ " saknas' as regel, null as var_det_brister from " ~ model ~ " where " ~ kolumn ~ " is null"
        ) -%}
    {%- endfor -%}
    {%- for kolumn, varden in tillatna.items() -%}
        {%- do krav.append(
            "select '" ~ kolumn ~ " har ett värde som inte får förekomma' as regel, cast(" ~ kolumn
            ~ " as varchar) as var_det_brister from " ~ model ~ " where cast(" ~ kolumn ~ " as varchar) not in ('" ~ varden | join("', '") ~ "')"
        ) -%}
    {%- endfor -%}
    {%- for kolumn, plats in finns_i.items() -%}
        {%- set relation, motpart = plats.split('.') -%}
        {%- do krav.append(
            "select '" ~ kolumn ~ " finns inte i " ~ relation ~ "' as regel, cast(" ~ kolumn
            ~ " as varchar) as var_det_brister from " ~ model ~ " where " ~ kolumn ~ " is not null and " ~ kolumn ~ " not in (select " ~ motpart ~ " from " ~ ref(relation)
            ~ " where " ~ motpart ~ " is not null)"
        ) -%}
    {%- endfor -%}
    {{ krav | join('\nunion all\n') }}
{% endtest %}
