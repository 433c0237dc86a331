{#-
The rows of a raw table that count: those whose block (respondent × group × period) is `gallande` in the register, which has
already applied the reporting year. With `nyast`, one row per block: the first in that order, then the last in the file.
Corrections are applied, and `_rattelse` names them; `kolumner` can ask for something else.
-#}
{% macro gallande(kalla, tabell, nyast=none, kolumner=none) -%}
    select {{ kolumner or rattade_kolumner(kalla, tabell) }}
    from {{ source(kalla, tabell) }} as ra
    inner join {{ source('register', 'tackning') }} as tackning
        on
            ra._leverans_id = tackning.leverans_id
            and ra._respondent = tackning.respondent
            and ra._block = tackning.block
            and ra._period = tackning.period
    where tackning.kalla = '{{ kalla }}' and tackning.gallande
    {%- if nyast is not none %}
    qualify
        row_number() over (
            partition by ra._respondent, ra._block, ra._period
            order by {{ (nyast + ['ra._rad desc', 'ra._blad desc']) | join(', ') }}
        ) = 1
    {%- endif %}
{%- endmacro %}
