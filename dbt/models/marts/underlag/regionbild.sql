-- One region, side by side: what it says, what its municipalities say, what the indicators show, and what it rests on.
-- A row is one piece of evidence. Region 00 is the whole country.
with regionen as (
    select
        ar,
        region_kod,
        'nulagesrapport_uppgift' as underlag,
        falt as kod,
        tema,
        uppgift,
        varde as innehall,
        'nulagesrapport' as kalla,
        concat_ws(', rad ', overenskommelse, {{ radspann('rad_fran', 'rad_till') }}) as referens,
        leverans_id
    from {{ ref('regionuppgift') }}
    where tillstand in ('ja', 'nej', 'angivet')

    union all by name

    select
        insats.ar,
        insats.region_kod,
        'nulagesrapport_insats' as underlag,
        cast(insats.insats_nr as varchar) as kod,
        coalesce(teman.tema, 'omställning') as tema,
        concat_ws(', ', 'Insats', insats.status) as uppgift,
        insats.insats as innehall,
        insats.kostnad_kr as varde,
        case when insats.kostnad_kr is not null then 'kronor' end as enhet,
        'nulagesrapport' as kalla,
        concat_ws(', rad ', insats.overenskommelse, {{ radspann('insats.rad_fran', 'insats.rad_till') }})
            as referens,
        insats.leverans_id
    from {{ ref('insats') }} as insats
    left join {{ ref('omraden') }} as omraden
        on insats.overenskommelse = omraden.overenskommelse and insats.omrade = omraden.ordning
    left join {{ ref('matt_teman') }} as teman
        on teman.slag = 'omrade' and omraden.omrade = teman.kod

    union all by name

    {% for kolumn, uppgift in [
        ('dokument', 'Inriktningsdokument'),
        ('politiskt_beslut', 'Politiskt beslut'),
        ('gemensamt_dokument', 'Dokument gemensamt med kommunerna'),
    ] -%}
        select
            ar,
            region_kod,
            'inriktningsdokument' as underlag,
            '{{ kolumn }}' as kod,
            'målbild' as tema,
            '{{ uppgift }}' as uppgift,
            {{ kolumn }} as innehall,
            'inriktningsdokument' as kalla,
            leverans_id
        from {{ ref('inriktningsdokument') }}
        where {{ kolumn }} is not null

        union all by name

    {% endfor -%}
    select
        ar,
        region_kod,
        'sammanfattning' as underlag,
        'sammanfattning' as kod,
        'omställning' as tema,
        'Sammanfattning' as uppgift,
        text as innehall,
        case when granskning not in ('godkand', 'rattad') then 'p' end as varde_status,
        'underlag' as kalla,
        concat_ws(' ', 'Faktagranskning:', {{ granskningens_lage('granskning') }}, cast(granskad as varchar))
            as referens,
        _leverans_id as leverans_id
    from {{ ref('stg_underlag__rader') }}
    where slag = 'sammanfattning'

    union all by name

    select
        {{ publikationsar('publikation') }} as ar,
        region_kod,
        'namngiven_uppgift' as underlag,
        uppgift_id as kod,
        tema,
        'Uppgift i den tryckta rapporten' as uppgift,
        uppgift as innehall,
        publikation as kalla,
        'rad ' || kallrad as referens
    from {{ ref('namngivna_uppgifter') }}
    where kommun_kod is null
),

-- Codes per region and for the whole country: how many municipalities, of those whose text or interview is judged.
kodade as (
    select
        uppgift.ar,
        uppgift.material,
        uppgift.fraga,
        uppgift.falt,
        uppgift.varde,
        uppgift.tema,
        uppgift.uppgift,
        grupper.grupp_kod,
        count(*) as antal,
        max(uppgift.leverans_id) as leverans_id
    from {{ ref('kommunuppgift') }} as uppgift
    inner join {{ ref('int_regioner_grupperade') }} as grupper
        on uppgift.region_kod = grupper.region_kod
    where uppgift.varde is not null
    group by all
),

bedomda as (
    select
        bedomda.material,
        bedomda.fraga,
        grupper.grupp_kod,
        count(*) as n
    from {{ ref('int_underlag_bedomda') }} as bedomda
    inner join {{ ref('int_regioner_grupperade') }} as grupper
        on bedomda.region_kod = grupper.region_kod
    group by all
),

-- Of the fixed answers those that say yes and those that tell of a shortage; all answers are in kommunenkat_resultat.
kommunerna as (
    select
        {{ undersokningens_rapportar('svar.undersokning') }} as ar,
        svar.grupp_kod as region_kod,
        'kommunenkat' as underlag,
        svar.fraga || '/' || svar.svarsalternativ as kod,
        teman.tema,
        svar.fraga_etikett as uppgift,
        svar.svarsalternativ_etikett as innehall,
        svar.antal,
        svar.n,
        svar.andel as varde,
        'procent' as enhet,
        svar.varde_status,
        'kommunenkat' as kalla,
        concat_ws(', fråga ', svar.undersokning, svar.fraga) as referens
    from {{ ref('kommunenkat_resultat') }} as svar
    left join {{ ref('matt_teman') }} as teman
        on teman.slag = 'enkatfraga' and svar.fraga = teman.kod
    where svar.svarsalternativ in ('ja', 'brist') and svar.varde_status is null

    union all by name

    -- What some municipality says, for every region where somebody has been judged: nobody there is 0.
    select
        riket.ar,
        bedomda.grupp_kod as region_kod,
        case riket.fraga when 'intervju' then 'kommunintervju' else 'kommunenkat_fritext' end as underlag,
        riket.falt || '/' || riket.varde as kod,
        riket.tema,
        riket.uppgift,
        riket.varde as innehall,
        coalesce(kodade.antal, 0) as antal,
        bedomda.n,
        {{ andel('coalesce(kodade.antal, 0)', 'bedomda.n') }} as varde,
        'procent' as enhet,
        'underlag' as kalla,
        concat_ws(', fråga ', riket.material, nullif(riket.fraga, 'intervju')) as referens,
        kodade.leverans_id
    from kodade as riket
    inner join bedomda
        on riket.material = bedomda.material and riket.fraga = bedomda.fraga
    left join kodade
        on
            riket.ar = kodade.ar
            and riket.material = kodade.material
            and riket.fraga = kodade.fraga
            and riket.falt = kodade.falt
            and riket.varde = kodade.varde
            and bedomda.grupp_kod = kodade.grupp_kod
    where riket.grupp_kod = '00'

    union all by name

    select
        {{ publikationsar('uppgifter.publikation') }} as ar,
        uppgifter.region_kod,
        'namngiven_uppgift' as underlag,
        uppgifter.uppgift_id as kod,
        uppgifter.tema,
        kommuner.kommun as uppgift,
        uppgifter.uppgift as innehall,
        uppgifter.publikation as kalla,
        'rad ' || uppgifter.kallrad as referens
    from {{ ref('namngivna_uppgifter') }} as uppgifter
    inner join {{ ref('kommuner') }} as kommuner
        on uppgifter.kommun_kod = kommuner.kommun_kod
),

-- Of each indicator the newest year that has values, from its first source.
senaste as (
    select
        indikator_id,
        ar,
        kalla,
        definition
    from {{ ref('indikator') }}
    where kon = 'T' and varde is not null and ar <= {{ var('ar') }}
    qualify row_number() over (partition by indikator_id order by ar desc, prioritet asc, kalla asc, definition asc) = 1
),

indikatorerna as (
    select
        indikator.ar,
        indikator.region_kod,
        'indikator' as underlag,
        indikator.indikator_id as kod,
        teman.tema,
        katalog.namn as uppgift,
        indikator.anmarkning as innehall,
        indikator.taljare as antal,
        indikator.namnare as n,
        indikator.varde,
        indikator.enhet,
        indikator.varde_status,
        indikator.kalla,
        indikator.definition as referens,
        indikator.leverans_id
    from {{ ref('indikator') }} as indikator
    inner join senaste
        on
            indikator.indikator_id = senaste.indikator_id
            and indikator.ar = senaste.ar
            and indikator.kalla = senaste.kalla
            and indikator.definition = senaste.definition
    inner join {{ ref('indikatorer') }} as katalog
        on indikator.indikator_id = katalog.id
    left join {{ ref('matt_teman') }} as teman
        on teman.slag = 'indikator' and indikator.indikator_id = teman.kod
    where indikator.kon = 'T'

    union all by name

    select
        tre_dagar.ar,
        tre_dagar.region_kod,
        'indikator' as underlag,
        katalog.id as kod,
        teman.tema,
        katalog.namn as uppgift,
        tre_dagar.antal_manader || ' månader' as innehall,
        tre_dagar.inom_tre_dagar as antal,
        tre_dagar.bedomningar as n,
        tre_dagar.andel as varde,
        katalog.enhet,
        tre_dagar.varde_status,
        'vantetid_primarvard' as kalla
    from {{ ref('medicinsk_bedomning_tre_dagar_ar') }} as tre_dagar
    inner join {{ ref('indikatorer') }} as katalog
        on katalog.id = 'medicinsk_bedomning_tre_dagar'
    left join {{ ref('matt_teman') }} as teman
        on teman.slag = 'indikator' and katalog.id = teman.kod
    where
        tre_dagar.niva in ('riket', 'region')
        and tre_dagar.yrkeskategori = 'alla'
        and tre_dagar.kon = 'T'
        and tre_dagar.ar = {{ var('ar') }}

    union all by name

    select
        cast(year(webbtidbok.period) as integer) as ar,
        webbtidbok.region_kod,
        'indikator' as underlag,
        katalog.id as kod,
        teman.tema,
        katalog.namn as uppgift,
        case teman.kod when 'webbtidbok_visa_tid' then webbtidbok.visa_tid else webbtidbok.boka_tid end as varde,
        katalog.enhet,
        'webbtidbok' as kalla,
        strftime(webbtidbok.period, '%Y-%m') as referens,
        webbtidbok.leverans_id
    from {{ ref('webbtidbok') }} as webbtidbok
    inner join {{ ref('matt_teman') }} as teman
        on teman.slag = 'indikator' and teman.kod in ('webbtidbok_visa_tid', 'webbtidbok_boka_tid')
    inner join {{ ref('indikatorer') }} as katalog
        on teman.kod = katalog.id
    where webbtidbok.varde_status is null
    qualify dense_rank() over (order by webbtidbok.period desc) = 1
),

-- How many interviews, how and when; never with whom.
underlaget as (
    select
        rader.ar,
        grupper.grupp_kod as region_kod,
        'intervju' as underlag,
        rader.avser as kod,
        'rapportering' as tema,
        case rader.avser when 'region' then 'Intervjuer i regioner' else 'Intervjuer i kommuner' end as uppgift,
        concat_ws(
            '; ',
            case when rader.avser = 'region' and bool_or(rader.fallstudie) then 'fallstudie' end,
            string_agg(
                distinct replace(rader.genomforande, 'besok', 'besök'), ', '
                order by replace(rader.genomforande, 'besok', 'besök')
            ),
            string_agg(distinct kommuner.kommun, ', ' order by kommuner.kommun)
        ) as innehall,
        count(distinct rader.aktor) as n,
        count(*) as antal,
        count(*) as varde,
        'antal intervjuer' as enhet,
        'underlag' as kalla,
        max(rader._leverans_id) as leverans_id
    from {{ ref('stg_underlag__rader') }} as rader
    inner join {{ ref('int_regioner_grupperade') }} as grupper
        on rader.region_kod = grupper.region_kod
    left join {{ ref('kommuner') }} as kommuner
        on rader.kommun_kod = kommuner.kommun_kod
    where rader.slag = 'intervju'
    group by rader.ar, grupper.grupp_kod, rader.avser

    union all by name

    select
        ar,
        '00' as region_kod,
        'synpunkt' as underlag,
        part || '/' || tema as kod,
        tema,
        case part
            when 'patienter' then 'Synpunkter från patienter och brukare'
            when 'professioner' then 'Synpunkter från professions- och fackförbund'
            else 'Synpunkter från andra'
        end as uppgift,
        string_agg(distinct coalesce(text, omrade), '; ' order by coalesce(text, omrade)) as innehall,
        count(*) as antal,
        count(*) as varde,
        'antal synpunkter' as enhet,
        'underlag' as kalla,
        string_agg(referens, '; ' order by _rad) as referens,
        max(_leverans_id) as leverans_id
    from {{ ref('stg_underlag__rader') }}
    where slag = 'synpunkt'
    group by ar, part, tema
),

alla as (
    {% for perspektiv in ['regionen', 'kommunerna', 'indikatorerna', 'underlaget'] -%}
        select
            '{{ perspektiv }}' as perspektiv,
            *
        from {{ perspektiv }}

        {% if not loop.last -%} union all by name {%- endif %}

    {% endfor -%}
)

select
    alla.ar,
    alla.region_kod,
    coalesce(regioner.region, 'Riket') as region,
    alla.perspektiv,
    alla.underlag,
    coalesce(teman.omrade, 'Övrigt') as omrade,
    alla.tema,
    alla.kod,
    alla.uppgift,
    alla.innehall,
    cast(alla.antal as bigint) as antal,
    cast(alla.n as bigint) as n,
    cast(alla.varde as double) as varde,
    alla.enhet,
    alla.varde_status,
    alla.kalla,
    alla.referens,
    alla.leverans_id
from alla
left join {{ ref('teman') }} as teman
    on alla.tema = teman.tema
left join {{ ref('regioner') }} as regioner
    on alla.region_kod = regioner.region_kod
where alla.ar <= {{ var('ar') }}
order by
    coalesce(regioner.ordning_alfabetisk, 0) asc,
    coalesce(teman.ordning, 99) asc,
    alla.tema asc,
    alla.perspektiv desc,
    alla.underlag asc,
    alla.ar asc,
    alla.kod asc,
    alla.referens asc
