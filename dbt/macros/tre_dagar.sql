{#-
The three-day measure: a medical assessment within three days. Its whole definition is here; limit, first validated month,
threshold of secrecy and text are its record in seeds/indicators/indikatorer.csv, the licensed professions with their dates
seeds/reference/yrkeskategorier.csv, the contact forms seeds/reference/kontaktformer.csv. Said in words in docs/methods.md.
-#}

{#- The measure's record in the catalogue. -#}
{% macro tre_dagar() -%}
    (select * from {{ ref('indikatorer') }} where id = 'medicinsk_bedomning_tre_dagar')
{%- endmacro %}

{#- Which contacts it is about: the care guarantee holds, and the problem is new or has become worse. -#}
{% macro tre_dagar_omfattas() -%}
    vardgaranti = 'ja' and nytt_eller_forsamrat = 'ja'
{%- endmacro %}

{#- The patient has chosen to wait: in neither numerator nor denominator, counted by itself. -#}
{% macro tre_dagar_patientvald() -%}
    coalesce(avvikelse = '1', false)
{%- endmacro %}

{#- Which of them are assessments: a form that counts, by a profession that is licensed on the day of the visit. -#}
{% macro tre_dagar_raknas(kontakt, form, yrke) -%}
    coalesce(
        {{ kontakt }}.omfattas
        and {{ form }}.raknas
        and {{ kontakt }}.besok_datum >= {{ yrke }}.legitimerad_fran
        and {{ kontakt }}.besok_datum <= coalesce({{ yrke }}.legitimerad_till, date '9999-12-31'),
        false
    )
{%- endmacro %}

{#- How long it took: calendar days from the contact to the visit. -#}
{% macro tre_dagar_dagar() -%}
    besok_datum - kontakt_datum
{%- endmacro %}

{#- Counts of a cell, over the rows of int_vantetid_kontakter_summerade (s) and the catalogue (k): met within the limit. -#}
{% macro tre_dagar_antal() -%}
    cast(sum(s.antal) as bigint) as antal,
    cast(coalesce(sum(s.antal) filter (where not s.patientvald and s.dagar_till <= k.grans_dagar), 0) as bigint)
        as inom_tre_dagar,
    cast(coalesce(sum(s.antal) filter (where not s.patientvald), 0) as bigint) as bedomningar,
    cast(coalesce(sum(s.antal) filter (where s.patientvald), 0) as bigint) as patientvald_vantan
{%- endmacro %}
