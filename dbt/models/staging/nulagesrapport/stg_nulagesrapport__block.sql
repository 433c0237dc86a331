-- The text of the reports that count, block by block; what stands below a heading is of the heading's area.
with block as (
    {{ gallande('nulagesrapport', 'block') }}
)

select
    block.region_kod,
    block.overenskommelse,
    block.ar,
    block.segment,
    block.sida,
    block._rad as rad,
    block.rad_till,
    block.slag,
    last_value(block.omrade ignore nulls) over (
        partition by block._leverans_id, block.segment
        order by block._rad, block.slag <> 'rubrik'
        rows unbounded preceding
    ) as omrade,
    block.text,
    block._leverans_id,
    block._blad,
    block._rad
from block
where block.dokumenttyp = 'nulagesrapport' and block.avsandare = block.region_kod
