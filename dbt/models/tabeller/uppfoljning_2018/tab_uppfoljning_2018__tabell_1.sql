with rader as (
    {{ tabelltext('uppfoljning_2018', 'Tabell 1', ['utvecklingsomrade', 'redovisas', 'avsnitt']) }}
)

select
    rad,
    utvecklingsomrade,
    redovisas,
    avsnitt,
    row_number() over (order by rad) as _ordning
from rader
