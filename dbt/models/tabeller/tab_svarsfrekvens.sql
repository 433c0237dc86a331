select
    svarsfrekvens.kalla,
    kallor.namn as kalla_namn,
    svarsfrekvens.period,
    svarsfrekvens.niva,
    svarsfrekvens.forvantade,
    svarsfrekvens.inkomna,
    svarsfrekvens.partiella,
    svarsfrekvens.svarsfrekvens,
    svarsfrekvens.troskel,
    row_number() over (
        order by kallor.namn asc, svarsfrekvens.period asc, svarsfrekvens.niva desc, svarsfrekvens.kalla asc
    ) as _ordning
from {{ ref('svarsfrekvens') }} as svarsfrekvens
left join {{ ref('kallor') }} as kallor on svarsfrekvens.kalla = kallor.kalla
where svarsfrekvens.niva in ('riket', 'regiontackning')
