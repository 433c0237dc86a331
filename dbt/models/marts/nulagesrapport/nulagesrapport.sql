select
    rapporter.ar,
    rapporter.overenskommelse,
    rapporter.region_kod,
    regioner.region,
    cast(rapporter.versionsnr as integer) as versionsnr,
    rapporter.gallande,
    rapporter.rapportslag,
    rapporter.titel,
    rapporter.textkvalitet,
    rapporter.mottagen,
    cast(rapporter.rad_fran as integer) as rad_fran,
    cast(rapporter.rad_till as integer) as rad_till,
    cast(rapporter.antal_forslag as integer) as antal_forslag,
    cast(case when rapporter.gallande then coalesce(obedomda.antal_obedomda, 0) end as integer) as antal_obedomda,
    rapporter._leverans_id as leverans_id
from {{ ref('stg_nulagesrapport__rapporter') }} as rapporter
inner join {{ ref('regioner') }} as regioner
    on rapporter.region_kod = regioner.region_kod
left join {{ ref('int_kodning_obedomda') }} as obedomda
    on
        rapporter.region_kod = obedomda.region_kod
        and rapporter.overenskommelse = obedomda.overenskommelse
        and rapporter.ar = obedomda.ar
order by rapporter.ar, rapporter.overenskommelse, regioner.ordning_alfabetisk, rapporter.versionsnr
