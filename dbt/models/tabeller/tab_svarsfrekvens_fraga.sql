select
    svarsfrekvens.undersokning,
    svarsfrekvens.grupp_kod,
    enkatfragor.etikett_rapport as fraga_etikett,
    svarsfrekvens.forvantade,
    svarsfrekvens.inkomna,
    svarsfrekvens.svarsfrekvens,
    row_number() over (
        order by enkatfragor.ordning_rapport, svarsfrekvens.undersokning, svarsfrekvens.grupp_kod
    ) as _ordning
from {{ ref('svarsfrekvens') }} as svarsfrekvens
left join {{ ref('enkatfragor') }} as enkatfragor
    on svarsfrekvens.undersokning = enkatfragor.undersokning and svarsfrekvens.grupp_kod = enkatfragor.fraga
where
    svarsfrekvens.kalla = 'kommunenkat'
    and svarsfrekvens.niva = 'fraga'
    and svarsfrekvens.undersokning = 'kommunenkat_' || ({{ var('ar') }} - 1)
