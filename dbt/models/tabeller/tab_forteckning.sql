select
    nummer,
    titel,
    innehall,
    anmarkning,
    kallrad,
    row_number() over (
        order by
            list_position(['Tabell', 'Figur', 'Bilaga'], split_part(nummer, ' ', 1)),
            cast(split_part(nummer, ' ', 2) as integer)
    ) as _ordning
from {{ ref('forteckning') }}
where publikation = 'uppfoljning_{{ var('ar') }}'
