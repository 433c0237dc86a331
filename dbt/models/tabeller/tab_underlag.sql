select
    slag,
    avser,
    indelning,
    case grupp
        when 'besok' then 'besök'
        when 'godkand' then 'godkänd'
        when 'rattad' then 'rättad'
        when 'ej_besvarad' then 'inte besvarad'
        when 'ej_skickad' then 'inte skickad'
        else grupp
    end as grupp,
    antal,
    antal_aktorer,
    antal_mojliga,
    grupp as _grupp,
    row_number() over (
        order by slag asc, avser asc, indelning <> 'alla' asc, indelning asc, antal desc, grupp asc
    ) as _ordning
from {{ ref('underlagsantal') }}
where
    ar = {{ var('ar') }}
    and indelning in ('alla', 'fallstudie', 'genomforande', 'form', 'roll', 'omrade', 'granskning')
