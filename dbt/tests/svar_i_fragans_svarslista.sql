-- An answer outside its item's answer list would fall out of the counts without a trace.
select
    svar.kommun_kod,
    svar.fraga,
    svar.svar
from {{ ref('int_kommunenkat_svar_ruttade') }} as svar
inner join {{ ref('int_kommunenkat_fragor_valda') }} as fragor
    on
        svar.undersokning = fragor.undersokning
        and svar.fraga = fragor.fraga
left join {{ ref('svarsalternativ') }} as alternativ
    on
        fragor.svarslista = alternativ.svarslista
        and svar.svar = alternativ.svarsalternativ
where svar.svar is not null and alternativ.svarsalternativ is null
