with blanketter as (
    {{ gallande('rekvisition', 'blanketter') }}
)

select
    mottagare,
    overenskommelse,
    ar,
    organisationsnummer,
    diarienummer,
    diarienummer_beslut,
    belopp,
    datum,
    undertecknad,
    _leverans_id,
    _blad,
    _rad,
    _rattelse
from blanketter
qualify row_number() over (partition by mottagare, overenskommelse, ar order by _rad desc, _blad desc) = 1
