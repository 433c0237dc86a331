select
    inriktningsdokument.ar,
    inriktningsdokument.region_kod,
    coalesce(regioner.region, 'Riket') as region,
    inriktningsdokument.dokument,
    inriktningsdokument.politiskt_beslut,
    inriktningsdokument.gemensamt_dokument,
    inriktningsdokument.varde_status,
    row_number() over (
        order by {{ regionordning('regioner') }} nulls first, inriktningsdokument.ar, inriktningsdokument.region_kod
    ) as _ordning
from {{ ref('inriktningsdokument') }} as inriktningsdokument
left join {{ ref('regioner') }} as regioner on inriktningsdokument.region_kod = regioner.region_kod
where inriktningsdokument.ar = {{ var('ar') }}
