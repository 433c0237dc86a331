{#- The wording that the rules look for. Texts are in lower case; a pattern holds no quotes. -#}
{%- set beslut -%}
    \b(beslut(ad|at|ade|ades|ats)|beslut av|antogs?|anta(gen|get|gits|gna)|faststäl(ld|lt|lda|lde|ldes|lts))\b
{%- endset -%}
{%- set ej_annu -%} \b(inte|ej|planera\w*|ska|kommer att|väntas|förväntas)\b[^,.;]* {%- endset -%}
{%- set ar_i_namn -%} \bför (år )?(19|20)\d\d\b|\b(19|20)\d\d ?[–-] ?\d+ {%- endset -%}
{%- set organ -%} ((?:\pL+- och )?\pL+(?:fullmäktige|styrelsen|nämnden))(?:[^\pL]|$) {%- endset -%}
{%- set revidering_pagar -%}
    revideras|under revidering|revidering[^.]*(påbörja|pågår|inle|planera)|revider[^.]*planera|planera[^.]*revider
{%- endset -%}
{%- set utveckling_pagar -%} under (utveckling|framtagande|utarbetande)|ska (utvecklas|tas fram|utarbetas) {%- endset -%}

with texter as (
    select
        *,
        lower(politiskt_beslut) as beslut,
        lower(concat_ws('. ', dokument, politiskt_beslut)) as hela
    from {{ ref('stg_inriktningsdokument__dokument') }}
),

-- What is denied or lies ahead is no decision, and the years in a plan's name are not when it was decided.
beslutade as (
    select
        *,
        {{ meningar_med(ta_bort(ta_bort('beslut', ej_annu), ar_i_namn), beslut) }} as beslutstext
    from texter
),

funna as (
    select
        *,
        {{ finn_alla('beslutstext', organ, 1) }} as organ,
        {{ finn_alla('beslutstext', '\\b(?:19|20)\\d\\d\\b') }} as artal
    from beslutade
)

select
    period,
    ar,
    region_kod,
    dokument,
    politiskt_beslut,
    gemensamt_dokument,
    {{ uppraknad(utan_upprepning('organ')) }} as beslutsorgan,
    {{ uppraknad('list_filter(artal, lambda a: cast(a as integer) <= ar)') }} as beslutsar,
    case
        when beslutstext <> '' and regexp_matches(hela, '{{ revidering_pagar }}') then 'beslutad_revideras'
        when beslutstext <> '' then 'beslutad'
        when regexp_matches(hela, '{{ utveckling_pagar }}') then 'under_utveckling'
        else 'ej_angivet'
    end as status,
    _leverans_id,
    _blad,
    _rad
from funna
