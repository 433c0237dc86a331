with segment as (
    select {{ rattade_kolumner('nulagesrapport', 'segment') }}
    from {{ source('nulagesrapport', 'segment') }} as ra
)

-- Every accepted report of a region's own with its version. The newest counts, whatever its kind: what a final report
-- says takes the place of what the partial one said. Of two reports in one delivery the last.
select
    segment.region_kod,
    segment.overenskommelse,
    segment.ar,
    segment.rapportslag,
    segment.segment,
    row_number() over (
        partition by segment.region_kod, segment.overenskommelse, segment.ar
        order by tackning.mottagen, segment._leverans_id, segment.segment
    ) as versionsnr,
    tackning.gallande
    and row_number() over (
        partition by segment.region_kod, segment.overenskommelse, segment.ar
        order by tackning.gallande desc, tackning.mottagen desc, segment._leverans_id desc, segment.segment desc
    ) = 1 as gallande,
    segment.titel,
    segment.textkvalitet,
    segment.rad_fran,
    segment.rad_till,
    segment.antal_forslag,
    tackning.mottagen,
    segment._leverans_id,
    segment._blad,
    segment._rad,
    segment._rattelse
from segment
inner join {{ source('register', 'tackning') }} as tackning
    on
        segment._leverans_id = tackning.leverans_id
        and segment._respondent = tackning.respondent
        and segment._block = tackning.block
        and segment._period = tackning.period
where
    tackning.kalla = 'nulagesrapport'
    and segment.nulagesrapport
    and segment.avsandare = segment.region_kod
    and segment.ar <= {{ var('ar') }}
