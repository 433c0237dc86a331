with svar as (
    {{ gallande('kommunenkat', 'svar') }}
)

-- A municipality's answers are those of its one kept row, never a mixture of rows.
select
    svar.undersokning,
    svar._period as period,
    svar.kommun_kod,
    svar.fraga,
    svar.svar,
    svar._leverans_id,
    svar._blad,
    svar._rad,
    svar._kolumn,
    svar._rattelse
from svar
inner join {{ ref('stg_kommunenkat__kommuner') }} as kommuner
    on
        svar._leverans_id = kommuner._leverans_id
        and svar._blad is not distinct from kommuner._blad
        and svar._rad = kommuner._rad
