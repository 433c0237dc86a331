with blanketter as (
    select
        'rekvisition' as kalla,
        mottagare as respondent,
        overenskommelse,
        ar,
        datum,
        _leverans_id,
        _blad,
        _rad
    from {{ ref('stg_rekvisition__blanketter') }}

    union all

    select
        'ekonomisk_redovisning' as kalla,
        mottagare as respondent,
        overenskommelse,
        ar,
        datum,
        _leverans_id,
        _blad,
        _rad
    from {{ ref('stg_ekonomisk_redovisning__blanketter') }}
),

-- A region's report meets the obligation that it is the report of.
tackning as (
    select
        * replace (
            case kalla when 'nulagesrapport' then split_part(block, '/', 2) else kalla end as kalla
        )
    from {{ ref('stg_register__tackning') }}
),

inkomna as (
    -- What was received, and the day it counts as received: a questionnaire's answers on the day they were given.
    select
        tackning.kalla,
        tackning.respondent,
        tackning.overenskommelse,
        tackning.period,
        tackning.leverans_id,
        tackning.mottagen,
        coalesce(kommuner.svarsdatum, cast(tackning.mottagen as date)) as inkommen_dag,
        blanketter.datum,
        coalesce(kommuner._blad, blanketter._blad) as _blad,
        coalesce(kommuner._rad, blanketter._rad) as _rad
    from tackning
    left join blanketter
        on
            tackning.kalla = blanketter.kalla
            and tackning.leverans_id = blanketter._leverans_id
            and tackning.respondent = blanketter.respondent
            and tackning.overenskommelse = blanketter.overenskommelse
            and year(tackning.period) = blanketter.ar
    left join {{ ref('stg_kommunenkat__kommuner') }} as kommuner
        on
            tackning.leverans_id = kommuner._leverans_id
            and tackning.respondent = kommuner.kommun_kod
            and tackning.period = kommuner.period
    -- Several groups of one respondent meet one requirement: it is met by the one that came last.
    qualify
        row_number() over (
            partition by tackning.kalla, tackning.respondent, tackning.overenskommelse, tackning.period
            order by tackning.mottagen desc, tackning.leverans_id desc, blanketter._rad desc, blanketter._blad desc
        ) = 1
),

avvisade as (
    -- The newest rejected delivery per period and sender; sender null where the file did not let itself be identified.
    select
        kalla,
        respondent,
        period,
        max_by(leverans_id, (mottagen, leverans_id)) as leverans_id,
        max(mottagen) as mottagen
    from {{ ref('stg_register__leveranser') }}
    where status in ('avvisad', 'kunde_inte_granskas')
    group by kalla, respondent, period
),

leveranser as (
    select
        leverans_id,
        pahittad
    from {{ ref('stg_register__leveranser') }}
),

-- Is all that came to a source made up: for a period, and whatever the period?
perioder as (
    select
        tackning.kalla,
        tackning.period,
        bool_and(leveranser.pahittad) as pahittad
    from tackning
    inner join leveranser
        on tackning.leverans_id = leveranser.leverans_id
    group by tackning.kalla, tackning.period
),

kallor as (
    select
        kalla,
        bool_and(pahittad) as pahittad
    from perioder
    group by kalla
)

select
    krav.kalla,
    krav.overenskommelse,
    krav.period,
    krav.respondent_typ,
    krav.respondent_kod,
    krav.region_kod,
    krav.sista_dag,
    krav.tas_emot,
    case
        -- What goes to somebody else is known to be in time when a copy came here in time. A form's date is no proof of
        -- receipt, but one after the last day proves that it was late.
        when not krav.tas_emot and inkomna.inkommen_dag <= coalesce(krav.sista_dag, inkomna.inkommen_dag)
            then 'inkommen'
        when not krav.tas_emot and inkomna.datum > krav.sista_dag then 'sen'
        when krav.hit and inkomna.inkommen_dag > krav.sista_dag then 'sen'
        when not krav.tas_emot and coalesce(krav.sista_dag, krav.period_slut) <= {{ rapportdatum() }} then 'okand'
        when not krav.tas_emot then 'vantad'
        when inkomna.inkommen_dag > krav.sista_dag then 'sen'
        when inkomna.leverans_id is not null then 'inkommen'
        when vantande.leverans_id is not null then 'vantar'
        when avvisade.leverans_id is not null then 'avvisad'
        when oidentifierade.leverans_id is not null then 'okand'
        when coalesce(krav.sista_dag, krav.period_slut) <= {{ rapportdatum() }} then 'saknas'
        else 'vantad'
    end as status,
    coalesce(inkomna.mottagen, vantande.mottagen, avvisade.mottagen) as mottagen,
    coalesce(inkomna.leverans_id, vantande.leverans_id, avvisade.leverans_id) as leverans_id,
    -- A verdict is made up with the delivery it rests on. That somebody is missing rests on what others have delivered.
    coalesce(
        leveranser.pahittad, status = 'saknas' and coalesce(perioder.pahittad, kallor.pahittad, false)
    ) as pahittad,
    inkomna._blad,
    inkomna._rad
from {{ ref('int_leveranskrav_fordelade') }} as krav
left join inkomna
    on
        krav.kalla = inkomna.kalla
        and krav.respondent_kod = inkomna.respondent
        -- What goes to somebody else is met only by what states the agreement.
        and (
            krav.overenskommelse = inkomna.overenskommelse
            or (krav.tas_emot and inkomna.overenskommelse is null)
        )
        and krav.period = inkomna.period
left join {{ ref('stg_register__vantande') }} as vantande
    on
        krav.kalla = vantande.kalla
        and krav.respondent_kod = vantande.respondent
        and (krav.overenskommelse = vantande.overenskommelse or vantande.overenskommelse is null)
        and krav.period = vantande.period
left join avvisade
    on
        krav.kalla = avvisade.kalla
        and krav.respondent_kod = avvisade.respondent
        and krav.period = avvisade.period
left join avvisade as oidentifierade
    on
        krav.kalla = oidentifierade.kalla
        and oidentifierade.respondent is null
        and krav.period = oidentifierade.period
left join leveranser
    on
        leveranser.leverans_id
        = coalesce(inkomna.leverans_id, vantande.leverans_id, avvisade.leverans_id, oidentifierade.leverans_id)
left join perioder
    on krav.kalla = perioder.kalla and krav.period = perioder.period
left join kallor
    on krav.kalla = kallor.kalla
