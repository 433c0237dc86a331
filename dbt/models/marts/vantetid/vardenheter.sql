-- The units of the register, by the name that they had last.
select
    enheter.region_kod,
    regioner.region,
    enheter.vardenhet_id,
    max_by(enheter.namn, (enheter.giltig_fran, enheter.namn)) as vardenhet,
    max_by(enheter.agarform, (enheter.giltig_fran, enheter.namn)) as agarform
from {{ ref('stg_enhetsregister__enheter') }} as enheter
inner join {{ ref('regioner') }} as regioner
    on enheter.region_kod = regioner.region_kod
where year(enheter.giltig_fran) <= {{ var('ar') }}
group by enheter.region_kod, regioner.region, enheter.vardenhet_id
order by enheter.region_kod, enheter.vardenhet_id
