-- Printed statements beside what the same publication's tables say: how many regions, and the word for it.
with redovisade as (
    select distinct
        publikation,
        falt,
        region_kod
    from {{ ref('tryckta_regioner') }}
),

per_falt as (
    select
        redovisade.publikation,
        redovisade.falt,
        count(*) as antal,
        string_agg(regioner.region, ', ' order by regioner.ordning_alfabetisk) as regioner
    from redovisade
    inner join {{ ref('regioner') }} as regioner
        on redovisade.region_kod = regioner.region_kod
    group by redovisade.publikation, redovisade.falt
),

raknade as (
    select
        utsagor.*, -- noqa: AM04
        coalesce(per_falt.antal, utsagor.antal_tryckt) as antal,
        per_falt.regioner,
        case
            when per_falt.antal is not null then 'tabell'
            when utsagor.antal_tryckt is not null then 'tryckt_antal'
        end as antal_enligt
    from {{ ref('utsagor_2018') }} as utsagor
    left join per_falt
        on
            utsagor.publikation = per_falt.publikation
            and utsagor.falt = per_falt.falt
),

ord as (
    select
        *,
        -- The words are defined for regions and for nothing else.
        case when enhet = 'region' then {{ kvantifierare('antal', 'bas') }} end as ordet
    from raknade
)

select
    publikation,
    utsaga_id,
    tema,
    falt,
    slag,
    enhet,
    bas,
    cast(antal as integer) as antal,
    antal_enligt,
    regioner,
    kvantifierare_tryckt,
    ordet as kvantifierare,
    case
        when antal_enligt = 'tabell' and ordet is not null then lower(kvantifierare_tryckt) = ordet
    end as stammer,
    kallrad
from ord
order by publikation, utsaga_id
