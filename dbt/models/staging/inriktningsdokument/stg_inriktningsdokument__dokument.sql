with dokument as (
    {{ gallande('inriktningsdokument', 'dokument', nyast=[]) }}
)

select
    _period as period,
    ar,
    region_kod,
    nullif(trim(dokument), '') as dokument,
    nullif(trim(politiskt_beslut), '') as politiskt_beslut,
    nullif(trim(gemensamt_dokument), '') as gemensamt_dokument,
    _leverans_id,
    _blad,
    _rad,
    _rattelse
from dokument
