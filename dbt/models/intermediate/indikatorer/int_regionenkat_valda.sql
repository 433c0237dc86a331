-- The answers that a year's figures for the country rest on: those given for it, otherwise the regions' own.
select
    ar,
    termin,
    region_kod,
    ersattningsform,
    inriktning,
    antal,
    antal_regioner,
    _leverans_id,
    _blad,
    _rad
from {{ ref('stg_regionenkat__svar') }}
qualify (region_kod = '00') = bool_or(region_kod = '00') over (partition by ar, termin, inriktning)
