select
    region_kod,
    region,
    region_officiell,
    lan,
    kod_skr,
    kod_kolada,
    cast(row_number() over (order by region collate sv) as integer) as ordning_alfabetisk,
    cast(row_number() over (order by region_kod) as integer) as ordning_scb,
    galler_fran,
    galler_till
from ({{ gallande_rader('region_kod') }}) as gallande
