{#-
Suppression, see docs/methods.md. A node (riket, a region, a unit) has a level: 0 shows nothing, each level above shows
what the one below does and divides it further.
-#}

{#-
The levels of siblings, so that what one of them hides is not the only thing missing under their parent: the lowest level
is had by two at least, and nodes that show nothing hold `troskel` between them. Rows of the same `grupp` are siblings;
lowered are those that come next in level, then in size. With `bara_totaler` only level 0 is looked after.
-#}
{% macro syskonskydd(niva, antal, kod, grupp, troskel, bara_totaler=false) -%}
    {%- set fonster = 'partition by ' ~ grupp ~ ' order by ' ~ [niva, antal, kod] | join(', ') -%}
    {%- set lagst = 'min(' ~ niva ~ ') over (partition by ' ~ grupp ~ ')' -%}
    {%- set fore = ' over (' ~ fonster ~ ' rows between unbounded preceding and 1 preceding)' -%}
    case
        {% if bara_totaler -%}
        when {{ lagst }} > 0 then {{ niva }}
        {% endif -%}
        when
            count(*){{ fore }} = 1
            or ({{ lagst }} = 0 and sum({{ antal }}){{ fore }} < {{ troskel }})
            then {{ lagst }}
        else {{ niva }}
    end
{%- endmacro %}
