with gallande as (
    {{ gallande('vantetid_specialistvard', 'vantande') }}
)

select
    _leverans_id,
    _blad,
    _rad,
    _rattelse,
    region_kod,
    _period as period,
    grupp,
    vantande,
    vantande_inom_90,
    vantande_inom_60,
    patientvald_vantan,
    enheter_rapporterat,
    enheter_forvantat,
    rapporterad,
    genomforda,
    genomforda_inom_90,
    genomforda_enheter_rapporterat,
    genomforda_enheter_forvantat,
    genomforda_rapporterad
from gallande
qualify row_number() over (partition by region_kod, _period, grupp order by _rad desc, _blad desc) = 1
