with blanketter as (
    {{ gallande('ekonomisk_redovisning', 'blanketter') }}
)

select
    mottagare,
    overenskommelse,
    ar,
    organisationsnummer,
    diarienummer,
    diarienummer_beslut,
    bidrag,
    utbetalat,
    erhallet,
    kostnader,
    kostnadsposter,
    kostnad_nara_vard,
    kostnad_barnhalsovard,
    kostnad_vardens_medarbetare,
    kostnad_vision_ehalsa,
    oforbrukat,
    granskning,
    avvikelser,
    jamforbar,
    datum,
    undertecknad,
    _leverans_id,
    _blad,
    _rad,
    _rattelse
from blanketter
qualify row_number() over (partition by mottagare, overenskommelse, ar order by _rad desc, _blad desc) = 1
