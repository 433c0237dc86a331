-- A published fact about a statement that the catalogue does not have would be counted nowhere.
select
    rader.publikation,
    rader.utsaga
from {{ ref('stg_underlag__rader') }} as rader
left join {{ ref('utsagor') }} as utsagor
    on rader.utsaga = utsagor.utsaga_id and rader.publikation = utsagor.publikation
left join {{ ref('kommunutsagor') }} as kommunutsagor
    on rader.utsaga = kommunutsagor.utsaga_id and rader.publikation = kommunutsagor.publikation
where rader.slag = 'publicerad' and utsagor.utsaga_id is null and kommunutsagor.utsaga_id is null
