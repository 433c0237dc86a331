-- How much riket and each region can show of a year of a series (macros/sekretess.sql). A region that does not count in
-- riket is no company for those that do. What the source itself hides is few.
with celler as (
    select
        *,
        region_kod as kod,
        kon as del,
        case kon when 'T' then 1 else 2 end as niva,
        coalesce(namnare, 0) as antal,
        {{ for_fa('namnare', 'troskel') }} or coalesce(angiven_status = 'c', false) as fel
    from {{ ref('int_indikatorvarden_summerade') }}
    where troskel is not null and (namnare is not null or angiven_status = 'c')
),

noder as (
    select
        kalla,
        indikator_id,
        definition,
        ar,
        kod,
        any_value(troskel) as troskel,
        kod != '00' and not bool_or(utesluten) as syskon,
        coalesce(max(antal) filter (where kon = 'T'), sum(antal)) as antal,
        case
            when bool_or(fel and kon = 'T') then 0
            when bool_or(fel) then 1
            else 2
        end as hogst
    from celler
    group by kalla, indikator_id, definition, ar, kod
),

syskon as (
    select *
    from noder
    where syskon
)

select
    kalla,
    indikator_id,
    definition,
    ar,
    kod as region_kod,
    hogst as skyddsniva
from noder
where not syskon

union all

select
    kalla,
    indikator_id,
    definition,
    ar,
    kod as region_kod,
    skyddsniva
from {{ syskonskydd('syskon', 'celler', ['kalla', 'indikator_id', 'definition', 'ar']) }}
