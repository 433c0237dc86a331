with enheter as (
    {{ gallande('enhetsregister', 'enheter') }}
)

select
    region_kod,
    vardenhet_id,
    namn,
    coalesce(agarform, 'okand') as agarform,
    giltig_fran,
    coalesce(giltig_till, date '9999-12-31') as giltig_till,
    _leverans_id,
    _rad
from enheter
