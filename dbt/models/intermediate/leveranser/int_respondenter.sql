select
    'region' as respondent_typ,
    region_kod as respondent_kod,
    region_kod,
    region_officiell as respondent,
    galler_fran,
    galler_till
from {{ ref('regioner') }}

union all

select
    'kommun' as respondent_typ,
    kommun_kod as respondent_kod,
    region_kod,
    kommun as respondent,
    galler_fran,
    galler_till
from {{ ref('kommuner') }}

union all

select
    'rss' as respondent_typ,
    'rss' || region_kod as respondent_kod,
    region_kod,
    'RSS i ' || lan as respondent,
    galler_fran,
    galler_till
from {{ ref('regioner') }}

union all

select
    'skr' as respondent_typ,
    'skr' as respondent_kod,
    '00' as region_kod,
    'SKR' as respondent,
    null as galler_fran,
    null as galler_till
