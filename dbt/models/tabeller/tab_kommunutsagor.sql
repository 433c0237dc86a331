-- Every statement of the report about municipalities, with what is known of it.
select
    utsagor.utsaga_id,
    kodram.underlag,
    utsagor.tema,
    utsagor.falt,
    utsagor.varde,
    coalesce(matt.utsaga, 'Ännu inte räknad: ' || utsagor.utsaga) as utsaga,
    coalesce(matt.bas, utsagor.bas) as bas,
    coalesce(matt.antal_bedomda, 0) as antal_bedomda,
    matt.antal,
    matt.andel,
    utsagor.kvantifierare_tryckt,
    utsagor.antal_tryckt,
    matt.antal_enligt,
    utsagor.kallrad,
    case when matt.utsaga_id is null then 'x' else matt.varde_status end as varde_status,
    row_number() over (order by utsagor.utsaga_id) as _ordning
from {{ ref('kommunutsagor') }} as utsagor
inner join {{ ref('kommunkodram') }} as kodram
    on utsagor.falt = kodram.falt
left join {{ ref('kommunutsaga') }} as matt
    on utsagor.utsaga_id = matt.utsaga_id and utsagor.publikation = matt.publikation
where utsagor.publikation = 'uppfoljning_{{ var('ar') }}'
