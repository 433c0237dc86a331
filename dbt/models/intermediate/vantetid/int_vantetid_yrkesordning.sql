-- The order in which professions are shown: by their smallest cell in the country, largest first.
select
    period,
    yrkeskategori,
    row_number() over (partition by period order by min(bedomningar) desc, yrkeskategori) as ordning
from {{ ref('int_vantetid_celler') }}
where niva = 'riket' and yrkeskategori != 'alla'
group by period, yrkeskategori
