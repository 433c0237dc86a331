select
    block.ar,
    block.overenskommelse,
    block.region_kod,
    regioner.region,
    cast(row_number() over (
        partition by block.ar, block.overenskommelse, block.region_kod
        order by block._leverans_id, block.segment, block.rad, block.slag <> 'rubrik', block.text
    ) as integer) as nr,
    cast(nullif(block.omrade, 0) as integer) as omrade,
    block.slag,
    cast(block.sida as integer) as sida,
    cast(block.rad as integer) as rad_fran,
    cast(block.rad_till as integer) as rad_till,
    block.text,
    block._leverans_id as leverans_id
from {{ ref('stg_nulagesrapport__block') }} as block
inner join {{ ref('regioner') }} as regioner
    on block.region_kod = regioner.region_kod
where block.slag <> 'artefakt' and block.text is not null
order by block.ar, block.overenskommelse, regioner.ordning_alfabetisk, nr
