-- Items with an answer list in the questionnaires whose answers belong to the reporting year.
select
    undersokningar.period,
    fragor.undersokning,
    fragor.fraga,
    fragor.svarslista,
    fragor.ruttning_fraga,
    fragor.ruttning_svar,
    fragor.yrke_kod,
    fragor.etikett_rapport,
    fragor.ordning_rapport,
    fragor.avrundningsregel
from {{ ref('enkatfragor') }} as fragor
inner join {{ ref('undersokningar') }} as undersokningar
    on fragor.undersokning = undersokningar.undersokning
where
    fragor.svarslista is not null
    and year(undersokningar.insamling_till) <= {{ var('ar') }}
