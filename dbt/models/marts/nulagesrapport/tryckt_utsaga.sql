-- Every statement of the reports, beside what is known of it: how many regions, and the word for it. The reports of the
-- regions as they are coded, where all that it is about are read; otherwise the publication's own tables, or the number
-- that it prints.
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

-- Of a statement about one value, the latest year whose reports are all read, or whose regions the report names.
kodade as (
    select
        utsaga_id,
        antal,
        regioner,
        antal_enligt
    from {{ ref('utsaga') }}
    where varde_status is null
    qualify
        count(*) over (partition by utsaga_id, ar) = 1
        and row_number() over (partition by utsaga_id order by ar desc) = 1
),

raknade as (
    select
        utsagor.*, -- noqa: AM04
        coalesce(kodade.antal, per_falt.antal, utsagor.antal_tryckt) as antal,
        coalesce(kodade.regioner, per_falt.regioner) as regioner,
        case
            when kodade.antal_enligt = 'kodning' then 'kodning'
            when per_falt.antal is not null then 'tabell'
            when kodade.antal is not null or utsagor.antal_tryckt is not null then 'tryckt_antal'
        end as antal_enligt
    from {{ ref('utsagor') }} as utsagor
    left join kodade
        on utsagor.utsaga_id = kodade.utsaga_id
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
    utsaga,
    falt,
    slag,
    enhet,
    bas,
    cast(antal_tryckt as integer) as antal_tryckt,
    cast(antal as integer) as antal,
    antal_enligt,
    regioner,
    kvantifierare_tryckt,
    ordet as kvantifierare,
    case
        when
            antal_enligt in ('tabell', 'kodning')
            and ordet is not null
            and lower(kvantifierare_tryckt) in ('samtliga', 'flertalet', 'flera', 'några')
            then lower(kvantifierare_tryckt) = ordet
    end as stammer,
    -- What is not counted out of deliveries is the report's own.
    publikation as kalla,
    kallrad,
    upprepar
from ord
order by publikation, utsaga_id
