with kontakter as (
    select {{ rattade_kolumner('vantetid_primarvard', 'kontakter') }}
    from {{ source('vantetid_primarvard', 'kontakter') }} as ra
)

select
    period,
    region_kod,
    vardenhet_id,
    kontakt_id,
    yrkeskategori,
    kon,
    vardgaranti = 'ja' and nytt_eller_forsamrat = 'ja' as omfattas,
    coalesce(avvikelse = '1', false) as patientvald,
    vardkontakt,
    kontakt_datum,
    besok_datum,
    _leverans_id,
    _rad,
    _rattelse
from kontakter
where besok_datum is not null
