select
    fragor.undersokning,
    fragor.period,
    kommuner.kommun_kod,
    referens.region_kod,
    fragor.fraga,
    svar.svar,
    kommuner._leverans_id,
    kommuner._blad,
    kommuner._rad,
    svar._kolumn,
    svar._rattelse
from {{ ref('stg_kommunenkat__kommuner') }} as kommuner
inner join {{ ref('kommuner') }} as referens
    on kommuner.kommun_kod = referens.kommun_kod
inner join {{ ref('int_kommunenkat_fragor_valda') }} as fragor
    on kommuner.undersokning = fragor.undersokning
left join {{ ref('stg_kommunenkat__svar') }} as ruttning
    on
        kommuner.undersokning = ruttning.undersokning
        and kommuner.kommun_kod = ruttning.kommun_kod
        and fragor.ruttning_fraga = ruttning.fraga
left join {{ ref('stg_kommunenkat__svar') }} as svar
    on
        kommuner.undersokning = svar.undersokning
        and kommuner.kommun_kod = svar.kommun_kod
        and fragor.fraga = svar.fraga
where fragor.ruttning_fraga is null or fragor.ruttning_svar = ruttning.svar
