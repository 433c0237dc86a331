{#-
Protection of everything about persons, see docs/methods.md. A node (riket, a region, a unit) has a level: 0 shows nothing, 1 the
total, and each level above divides what the one below shows. A node that does not show a level has it undivided in what it leaves.
-#}

{#- May a cell about so many persons not be shown by itself? Nobody is no secret. -#}
{% macro for_fa(antal, troskel) -%}
    coalesce({{ antal }} between 1 and {{ troskel }} - 1, false)
{%- endmacro %}

{#-
The level of each node when its siblings protect it: what they leave of a level must not be one node's alone, and every part of it
holds `troskel` persons between them, or nobody. Otherwise the next sibling leaves it too, lowest in level first, then smallest.
Below, so that levels are looked at from the coarsest.

noder: grupp …, kod, antal, hogst (its level by itself and under its parent), troskel. Rows of one group are siblings.
delar: grupp …, kod, niva, del, antal: the parts that a node has at a level, and what is left of it beyond.
Gives grupp …, kod, skyddsniva.
-#}
{% macro syskonskydd(noder, delar, grupp) -%}
    (
        with recursive syskon as (
            select
                md5(concat_ws('|', {{ grupp | join(', ') }})) as grupp_id,
                *,
                row_number() over (
                    partition by {{ grupp | join(', ') }}
                    order by hogst, antal, kod
                ) as plats
            from {{ noder }}
        ),

        delar as (
            select
                syskon.grupp_id,
                syskon.plats,
                delar.niva,
                delar.del,
                sum(delar.antal) as antal
            from {{ delar }} as delar
            inner join syskon
                on
                    {% for kolumn in grupp + ['kod'] -%}
                        delar.{{ kolumn }} = syskon.{{ kolumn }} {{ 'and ' if not loop.last }}
                    {%- endfor %}
            group by syskon.grupp_id, syskon.plats, delar.niva, delar.del
        ),

        sorter as (
            select distinct
                grupp_id,
                niva,
                del
            from delar
        ),

        -- What the first so many siblings leave, if they leave the level.
        lamnat as (
            select
                sorter.grupp_id,
                sorter.niva,
                syskon.plats,
                syskon.troskel,
                sum(coalesce(delar.antal, 0)) over (
                    partition by sorter.grupp_id, sorter.niva, sorter.del
                    order by syskon.plats
                ) as antal
            from sorter
            inner join syskon
                on sorter.grupp_id = syskon.grupp_id
            left join delar
                on
                    sorter.grupp_id = delar.grupp_id
                    and sorter.niva = delar.niva
                    and sorter.del = delar.del
                    and syskon.plats = delar.plats
        ),

        duger as (
            select
                grupp_id,
                niva,
                plats,
                plats > 1 and not bool_or({{ for_fa('antal', 'troskel') }}) as haller,
                plats = max(plats) over (partition by grupp_id, niva) as alla
            from lamnat
            group by grupp_id, niva, plats
        ),

        nivaer as (
            select
                duger.grupp_id,
                duger.niva,
                count(*) filter (where syskon.hogst < duger.niva) as lamnar,
                list(duger.plats order by duger.plats) filter (where duger.haller or duger.alla) as langder
            from duger
            inner join syskon
                on
                    duger.grupp_id = syskon.grupp_id
                    and duger.plats = syskon.plats
            group by duger.grupp_id, duger.niva
        ),

        ordnade as (
            select
                *,
                row_number() over (partition by grupp_id order by niva) as nr
            from nivaer
        ),

        steg as (
            select
                grupp_id,
                cast(0 as bigint) as nr,
                cast(0 as bigint) as niva,
                cast(0 as bigint) as lamnar
            from ordnade
            where nr = 1

            union all

            select
                ordnade.grupp_id,
                ordnade.nr,
                ordnade.niva,
                case
                    when greatest(steg.lamnar, ordnade.lamnar) = 0 then 0
                    else list_min(list_filter(
                        ordnade.langder, lambda l: l >= greatest(steg.lamnar, ordnade.lamnar)
                    ))
                end as lamnar
            from steg
            inner join ordnade
                on
                    steg.grupp_id = ordnade.grupp_id
                    and steg.nr + 1 = ordnade.nr
        )

        select
            {% for kolumn in grupp + ['kod'] -%}
                syskon.{{ kolumn }},
            {% endfor -%}
            least(any_value(syskon.hogst), min(steg.niva) - 1) as skyddsniva
        from syskon
        left join steg
            on
                syskon.grupp_id = steg.grupp_id
                and syskon.plats <= steg.lamnar
        group by {% for kolumn in grupp + ['kod'] %}syskon.{{ kolumn }}{{ ', ' if not loop.last }}{% endfor %}
    )
{%- endmacro %}
