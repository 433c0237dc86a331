with fritext as (
    {{ gallande('kommunenkat', 'fritext') }}
)

-- A municipality's free text is that of its one kept row, as its other answers.
select
    fritext.undersokning,
    fritext._period as period,
    fritext.kommun_kod,
    fritext.fraga,
    fritext.fritext,
    fritext._leverans_id,
    fritext._blad,
    fritext._rad,
    fritext._kolumn
from fritext
inner join {{ ref('stg_kommunenkat__kommuner') }} as kommuner
    on
        fritext._leverans_id = kommuner._leverans_id
        and fritext._blad is not distinct from kommuner._blad
        and fritext._rad = kommuner._rad
