-- Every row of the region's picture under the column of the table that it goes into.
with uppgifter as (
    select
        region_kod,
        antal,
        n,
        varde,
        case
            when underlag = 'namngiven_uppgift' then 'namngivna'
            when underlag = 'nulagesrapport_uppgift' then 'kodade'
            when underlag = 'nulagesrapport_insats' then 'insatser'
            when underlag = 'intervju' and kod = 'region' then 'intervjuer'
            when underlag = 'intervju' and kod = 'kommun' then 'intervjuade_kommuner'
            when underlag = 'kommunenkat' and kod = '2/ja' then 'malbild'
            when underlag = 'kommunenkat' and kod = '3_sjukskoterska/brist' then 'brist_sjukskoterska'
            when underlag = 'kommunenkat_fritext' and kod = 'atgard_bemanningsforetag/ja' then 'bemanningsforetag'
            when kod = 'medicinsk_bedomning_tre_dagar' and kalla = 'kolada' then 'tre_dagar'
            when kod = 'webbtidbok_visa_tid' then 'visa_tid'
        end as kolumn,
        case when kolumn is not null then varde_status end as varde_status
    from {{ ref('regionbild') }}
    where region_kod <> '00'
),

regionvis as (
    select
        region_kod,
        count(*) filter (where kolumn = 'namngivna') as namngivna,
        -- A report that nobody has read says nothing, and not nought.
        nullif(count(*) filter (where kolumn = 'kodade'), 0) as kodade,
        case
            when count(*) filter (where kolumn in ('kodade', 'insatser')) > 0
                then count(*) filter (where kolumn = 'insatser')
        end as insatser,
        max(antal) filter (where kolumn = 'intervjuer') as intervjuer,
        coalesce(max(n) filter (where kolumn = 'intervjuade_kommuner'), 0) as intervjuade_kommuner,
        max(varde) filter (where kolumn = 'malbild') as malbild,
        max(varde) filter (where kolumn = 'brist_sjukskoterska') as brist_sjukskoterska,
        max(varde) filter (where kolumn = 'bemanningsforetag') as bemanningsforetag,
        max(varde) filter (where kolumn = 'tre_dagar') as tre_dagar,
        max(varde) filter (where kolumn = 'visa_tid') as visa_tid,
        {{ samlad_status('varde_status') }} as varde_status
    from uppgifter
    group by region_kod
)

select
    regionvis.region_kod,
    regioner.region,
    regionvis.namngivna,
    regionvis.kodade,
    regionvis.insatser,
    regionvis.intervjuer,
    regionvis.intervjuade_kommuner,
    regionvis.malbild,
    regionvis.brist_sjukskoterska,
    regionvis.bemanningsforetag,
    regionvis.tre_dagar,
    regionvis.visa_tid,
    regionvis.varde_status,
    row_number() over (order by {{ regionordning('regioner') }}, regionvis.region_kod) as _ordning
from regionvis
left join {{ ref('regioner') }} as regioner on regionvis.region_kod = regioner.region_kod
