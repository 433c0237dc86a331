select
    kalla,
    namn,
    leverantor,
    respondent_typ,
    periodicitet,
    cast(insamling_fran as date) as insamling_fran,
    cast(insamling_till as date) as insamling_till,
    referensperiod,
    kalltext,
    forbehall,
    galler_fran,
    galler_till
from ({{ gallande_rader('kalla') }}) as gallande
