select
    inriktning,
    antal_regioner,
    bas,
    kvantifierare,
    row_number() over (order by antal_regioner desc, inriktning asc) as _ordning
from {{ ref('specialistinriktning') }}
where ar = 2018 and termin = 'host'
