with segment as (
    select {{ rattade_kolumner('nulagesrapport', 'segment') }}
    from {{ source('nulagesrapport', 'segment') }} as ra
)

-- Every accepted report with its version. The block (region, agreement, year) of the newest delivery counts; of two
-- reports in one delivery the last.
select
    segment.region_kod,
    segment.overenskommelse,
    segment.ar,
    row_number() over (
        partition by segment.region_kod, segment.overenskommelse, segment.ar
        order by tackning.mottagen, segment._leverans_id, segment.segment
    ) as versionsnr,
    tackning.gallande
    and segment.segment = max(segment.segment) over (
        partition by segment._leverans_id, segment.region_kod, segment.overenskommelse, segment.ar
    ) as gallande,
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
where tackning.kalla = 'nulagesrapport' and segment.nulagesrapport and segment.ar <= {{ var('ar') }}
