-- Who had support from the employer, and who began a programme. The two blocks are never divided by each other.
with per_region as (
    -- A region that cannot tell the kinds apart counts in the total only.
    select
        ar,
        region_kod,
        sum(antal) filter (where ersattningsform = 'utbildningstjanst') as utbildningstjanst,
        sum(antal) filter (where ersattningsform = 'studielon') as studielon,
        coalesce(
            max(antal) filter (where ersattningsform = 'alla'), sum(antal) filter (where ersattningsform <> 'alla')
        ) as totalt
    from {{ ref('int_regionenkat_valda') }}
    where termin = 'helar' and inriktning = 'alla'
    group by ar, region_kod
),

ersattning as (
    select
        ar,
        sum(utbildningstjanst) as utbildningstjanst,
        sum(studielon) as studielon,
        sum(totalt) as totalt
    from per_region
    group by ar
),

nyborjare as (
    select
        ar,
        sum(antal) filter (where program = 'barnmorska') as barnmorska,
        sum(antal) filter (where program = 'specialistsjukskoterska') as specialistsjukskoterska,
        -- A sum of both or of nothing.
        case when count(*) = 2 then sum(antal) end as totalt
    from {{ ref('stg_yrkesexamensprogram__antal') }}
    where
        region_kod = '00'
        and kon = 'T'
        and matt = 'nyborjare'
        and program in ('barnmorska', 'specialistsjukskoterska')
    group by ar
),

rader as (
    {% for block, kategorier in [
        ('ersattning', ['utbildningstjanst', 'studielon', 'totalt']),
        ('nyborjare', ['barnmorska', 'specialistsjukskoterska', 'totalt']),
    ] %}
        {% for kategori in kategorier %}
            select
                '{{ block }}' as block,
                '{{ kategori }}' as kategori,
                {{ 9 if kategori == 'totalt' else loop.index }} as ordning,
                ar,
                {{ kategori }} as antal
            from {{ block }}
            {% if not loop.last %}union all{% endif %}
        {% endfor %}
        {% if not loop.last %}union all{% endif %}
    {% endfor %}
)

select
    block,
    kategori,
    ordning,
    ar,
    cast(antal as bigint) as antal
from rader
where antal is not null
