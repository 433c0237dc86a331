with rapporterade as (
    select distinct
        period,
        region_kod,
        vardenhet_id
    from {{ ref('int_vantetid_kontakter_summerade') }}
)

select
    enheter.period,
    enheter.region_kod,
    enheter.vardenhet_id,
    rapporterade.vardenhet_id is not null as har_rapporterat
from {{ ref('int_vantetid_enheter') }} as enheter
left join rapporterade
    on
        enheter.period = rapporterade.period
        and enheter.region_kod = rapporterade.region_kod
        and enheter.vardenhet_id = rapporterade.vardenhet_id
