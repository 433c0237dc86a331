-- Every source's values in one shape: published ones as they are, shares as numerator and denominator.
with fran_delar as (
    select
        'barometer' as kalla,
        svar.fraga as matt,
        svar.ar,
        svar.region_kod,
        svar.kon,
        sum(svar.antal) filter (where regler.i_taljare) as taljare,
        coalesce(sum(svar.antal) filter (where regler.i_namnare), 0) as namnare,
        any_value(svar._respondent) as _respondent,
        any_value(svar._block) as _block,
        any_value(svar._period) as _period,
        any_value(svar._leverans_id) as _leverans_id
    from {{ ref('stg_barometer__svar') }} as svar
    inner join {{ ref('svarsregler') }} as regler
        on regler.kalla = 'barometer' and svar.svarsalternativ = regler.svarsalternativ
    group by svar.fraga, svar.ar, svar.region_kod, svar.kon

    union all

    select
        'specialistbevis' as kalla,
        'allmanmedicin' as matt,
        ar,
        region_kod,
        kon,
        sum(antal) filter (where allmanmedicin) as taljare,
        sum(antal) as namnare,
        any_value(_respondent) as _respondent,
        any_value(_block) as _block,
        any_value(_period) as _period,
        any_value(_leverans_id) as _leverans_id
    from {{ ref('stg_specialistbevis__bevis') }}
    group by ar, region_kod, kon

    union all

    -- A definition counts only where every component of it is there: a missing cost is not 0.
    select
        'rakenskap' as kalla,
        definitioner.definition as matt,
        regionar.ar,
        regionar.region_kod,
        'T' as kon,
        sum(definitioner.i_taljare * kostnader.belopp) as taljare,
        sum(definitioner.i_namnare * kostnader.belopp) as namnare,
        any_value(regionar._respondent) as _respondent,
        any_value(regionar._block) as _block,
        any_value(regionar._period) as _period,
        any_value(regionar._leverans_id) as _leverans_id
    from (
        select distinct
            ar,
            region_kod,
            _respondent,
            _block,
            _period,
            _leverans_id
        from {{ ref('stg_rakenskap__kostnader') }}
    ) as regionar
    cross join {{ ref('kostnadsdefinitioner') }} as definitioner
    left join {{ ref('stg_rakenskap__kostnader') }} as kostnader
        on
            regionar.ar = kostnader.ar
            and regionar.region_kod = kostnader.region_kod
            and definitioner.komponent = kostnader.komponent
    group by definitioner.definition, regionar.ar, regionar.region_kod
    having count(*) = count(kostnader.belopp)
)

select
    kalla,
    matt,
    ar,
    region_kod,
    kon,
    cast(taljare as bigint) as taljare,
    cast(namnare as bigint) as namnare,
    {{ andel('taljare', 'namnare') }} as varde,
    cast(null as varchar) as markering,
    _respondent,
    _block,
    _period,
    _leverans_id
from fran_delar

union all

select
    'befolkning' as kalla,
    'folkmangd' as matt,
    ar,
    region_kod,
    kon,
    null as taljare,
    null as namnare,
    antal as varde,
    null as markering,
    _respondent,
    _block,
    _period,
    _leverans_id
from {{ ref('stg_befolkning__folkmangd') }}
{% for kalla in ['kolada', 'vardenisiffror', 'sdb'] %}
    union all

    select
        kalla,
        matt,
        ar,
        region_kod,
        kon,
        taljare,
        namnare,
        varde,
        markering,
        _respondent,
        _block,
        _period,
        _leverans_id
    from {{ ref('stg_' ~ kalla ~ '__varden') }}
{% endfor %}
