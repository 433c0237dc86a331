{#-
Where the warehouse computes what is printed: a row per mart and printed table, with what is said of both in SQL over the mart's row h.
A new table in print is a row here, or none where its table has one.

    modell        the mart or reference table
    villkor       which of its rows
    kalla         the source that its values come from; none for what is reference data
    publikation   the report or agreement
    tabell        the printed table; none where the report says by its numbering which (any of its tables with the row and the column)
    rad           the code of the printed row
    matt          the printed columns and their values
    orsak         why a value is known to differ, where the mart says so
    ord           the values are text and not numbers
-#}
{% macro tryckta_tabeller() -%}
    {%- set arets = "'uppfoljning_' || h.ar" -%}
    {%- set enkatens = "'uppfoljning_' || (" ~ undersokningens_rapportar('h.undersokning') ~ ")" -%}
    {%- set alla_svar -%}
        h.niva = 'riket' and exists (
            select 1 from {{ ref('svarsfrekvens') }} as frekvens
            inner join {{ ref('tryckta_varden') }} as tryckt
                on tryckt.publikation = {{ enkatens }} and tryckt.tabell = 'Svarsfrekvens' and tryckt.kolumn = 'inkomna'
            where
                frekvens.undersokning = h.undersokning
                and frekvens.niva = 'riket'
                and frekvens.inkomna >= cast(tryckt.varde_tryckt as integer)
        )
    {%- endset -%}
    {{ return([
        {
            'modell': 'inriktningsdokument', 'villkor': 'h.varde_status is null', 'kalla': 'inriktningsdokument',
            'publikation': arets, 'rad': 'h.region_kod', 'ord': true,
            'matt': [
                ("'dokument'", 'h.dokument'),
                ("'politiskt_beslut'", 'h.politiskt_beslut'),
                ("'gemensamt_dokument'", 'h.gemensamt_dokument'),
            ],
        },
        {
            'modell': 'inriktningsdokument', 'villkor': 'h.varde_status is null', 'kalla': 'inriktningsdokument',
            'publikation': arets, 'tabell': "'Tabell 1'", 'rad': "''",
            'matt': [
                (
                    "'antal_regioner_beslut_senast_2018'",
                    'count(*) filter (where cast(left(h.beslutsar, 4) as integer) <= 2018)',
                ),
            ],
        },
        {
            'modell': 'webbtidbok', 'villkor': 'h.varde_status is null and month(h.period) = 3', 'kalla': 'webbtidbok',
            'publikation': "'uppfoljning_' || year(h.period)", 'rad': 'h.region_kod',
            'matt': [("'visa_tid'", 'h.visa_tid'), ("'boka_tid'", 'h.boka_tid')],
        },
        {
            'modell': 'kommunenkat_resultat', 'villkor': alla_svar ~ ' and h.varde_status is null', 'kalla': 'kommunenkat',
            'publikation': enkatens, 'rad': 'coalesce(h.yrke_kod, h.fraga)',
            'matt': [
                ("h.svarsalternativ || '_antal'", 'h.antal'),
                ("h.svarsalternativ || '_procent'", 'h.andel_publicerad'),
                ("h.svarsalternativ || '_procent_sammanfattning'", 'h.andel_publicerad'),
                ("'n'", 'h.n'),
                ("'n_figurnot'", 'h.n'),
            ],
        },
        {
            'modell': 'svarsfrekvens', 'villkor': alla_svar, 'kalla': 'kommunenkat',
            'publikation': enkatens, 'tabell': "'Svarsfrekvens'", 'rad': "'kommuner'",
            'matt': [
                ("'forvantade'", 'h.forvantade'),
                ("'inkomna'", 'h.inkomna'),
                ("'procent'", andel_halv_upp('h.inkomna', 'h.forvantade')),
            ],
        },
        {
            'modell': 'svarsfrekvens', 'villkor': alla_svar, 'kalla': 'kommunenkat',
            'publikation': enkatens, 'rad': "''", 'matt': [("'n'", 'h.inkomna')],
        },
        {
            'modell': 'underlagsantal', 'villkor': "h.slag = 'intervju' and h.indelning = 'alla'", 'kalla': 'underlag',
            'publikation': arets, 'tabell': "'Underlag'",
            'rad': "case h.avser when 'region' then 'Intervjuer i regioner' else 'Intervjuer i kommuner' end",
            'matt': [("'antal'", 'h.antal'), ("'aktorer'", 'h.antal_aktorer')],
        },
        {
            'modell': 'underlagsantal', 'kalla': 'underlag',
            'villkor': "h.slag = 'intervju' and h.avser = 'region' and h.indelning = 'fallstudie'",
            'publikation': arets, 'tabell': "'Underlag'",
            'rad': "case h.grupp when 'ja' then 'Fallstudier' else 'Övriga regioner' end",
            'matt': [("'aktorer'", 'h.antal_aktorer')],
        },
        {
            'modell': 'stg_underlag__rader', 'villkor': "h.slag = 'intervju' and h.fallstudie and h.kommun_kod is null",
            'kalla': 'underlag', 'publikation': arets, 'tabell': "'Underlag'", 'rad': 'h.region_kod', 'ord': true,
            'matt': [("'fallstudie'", 'h.genomforande')],
        },
        {
            'modell': 'stg_underlag__rader', 'villkor': "h.slag = 'intervju' and h.kommun_kod is not null",
            'kalla': 'underlag', 'publikation': arets, 'tabell': "'Underlag'", 'rad': 'h.kommun_kod', 'ord': true,
            'matt': [("'intervjuad'", "'ja'")],
        },
        {
            'modell': 'underlagsantal', 'villkor': "h.slag = 'synpunkt' and h.indelning = 'omrade'", 'kalla': 'underlag',
            'publikation': arets, 'tabell': "'Bilaga 4'", 'rad': 'h.grupp',
            'matt': [("'synpunkter från ' || h.avser", 'h.antal')],
        },
        {
            'modell': 'underlagsantal', 'kalla': 'underlag',
            'villkor': "h.slag = 'dialog' and h.avser = 'professioner' and h.indelning = 'alla'",
            'publikation': arets, 'tabell': "'Bilaga 4'", 'rad': "''",
            'matt': [("'antal professions- och fackförbund'", 'h.antal')],
        },
        {
            'modell': 'utsaga', 'villkor': 'h.antal is not null and h.antal_tryckt is not null', 'kalla': 'underlag',
            'publikation': 'h.publikation', 'tabell': "'Utsagor om regioner'", 'rad': 'h.utsaga_id',
            'matt': [("'antal'", 'h.antal')],
        },
        {
            'modell': 'kommunutsaga', 'villkor': 'h.antal is not null and h.antal_tryckt is not null', 'kalla': 'underlag',
            'publikation': 'h.publikation', 'tabell': "'Utsagor om kommuner'", 'rad': 'h.utsaga_id',
            'matt': [("'antal'", 'h.antal')],
        },
        {
            'modell': 'tryckt_utsaga', 'villkor': "h.antal_enligt = 'tabell' and h.kvantifierare is not null",
            'publikation': 'h.publikation', 'tabell': "'Utsagor om regioner'", 'rad': 'h.utsaga_id', 'ord': true,
            'matt': [("'ord'", 'h.kvantifierare')],
        },
        {
            'modell': 'medelsfordelning', 'villkor': 'h.belopp_beraknat is not null',
            'publikation': 'h.overenskommelse', 'tabell': 'h.tabell', 'rad': 'h.region_kod', 'orsak': 'h.forklaring',
            'matt': [('h.post', 'h.belopp_beraknat')],
        },
        {
            'modell': 'medelsfordelning', 'villkor': "h.ar = 2018 and h.tabell = 'Tabell 2'",
            'publikation': "'uppfoljning_2018'", 'tabell': "'Tabell 2'",
            'rad': "case h.post when 'personalmiljarderna' then 'stimulansmedel' else h.post end",
            'matt': [
                ("split_part(h.overenskommelse, '_', 1)", 'sum(coalesce(h.belopp_beraknat, h.belopp_tryckt))'),
                ("'totalt'", 'sum(coalesce(h.belopp_beraknat, h.belopp_tryckt))'),
            ],
        },
        {
            'modell': 'medelsfordelning', 'villkor': "h.ar in (2017, 2018) and h.tabell in ('Tabell 2', 'Löptext', 'Bilaga 2')",
            'publikation': "'uppfoljning_2018'", 'tabell': "'Löptext'", 'rad': "''",
            'matt': [
                (
                    "'totalt_belopp_bada_overenskommelserna'",
                    "sum(h.belopp_tryckt) filter (where h.tabell = 'Tabell 2' and h.post = 'totalt') / 1e6",
                ),
                (
                    "'skl_regiongemensamt_arbete_bada'",
                    "sum(h.belopp_tryckt) filter (where h.tabell = 'Tabell 2' and h.post = 'skl') / 1e6",
                ),
                (
                    "'specialistutbildning_sjukskoterskor'",
                    "sum(h.belopp_tryckt) filter (where h.tabell = 'Bilaga 2' and h.post = 'specialistutbildning' and h.region_kod <> '00') / 1e6",
                ),
                (
                    "'specialistutbildning_andel_av_medlen'",
                    "round(100 * sum(h.belopp_tryckt) filter (where h.ar = 2017 and h.post = 'specialistutbildning')"
                    ~ " / sum(h.belopp_tryckt) filter (where h.ar = 2017 and h.post = 'region'))",
                ),
                (
                    "'omfordelat_till_skl_lakemedelslista'",
                    "(sum(h.belopp_tryckt) filter (where h.ar = 2017 and h.post = 'region')"
                    ~ " - sum(h.belopp_tryckt) filter (where h.tabell = 'Tabell 2'"
                    ~ " and h.post in ('stimulansmedel', 'specialistutbildning'))) / 1e6",
                ),
                (
                    "'omfordelat_till_skl_andel'",
                    "round(100 * (sum(h.belopp_tryckt) filter (where h.ar = 2017 and h.post = 'region')"
                    ~ " - sum(h.belopp_tryckt) filter (where h.tabell = 'Tabell 2'"
                    ~ " and h.post in ('stimulansmedel', 'specialistutbildning')))"
                    ~ " / sum(h.belopp_tryckt) filter (where h.ar = 2017 and h.post = 'region'), 1)",
                ),
                (
                    "'personalmiljarder_i_forhallande_till_professionsmiljard'",
                    "round(sum(h.belopp_tryckt) filter (where h.tabell = 'Tabell 2' and h.post = 'personalmiljarderna')"
                    ~ " / sum(h.belopp_tryckt) filter (where h.tabell = 'Tabell 2' and h.post = 'stimulansmedel'), 2)",
                ),
            ],
        },
        {
            'modell': 'strategidokument', 'villkor': "h.ar = 2018 and h.status <> 'ej_angivet'",
            'publikation': "'uppfoljning_2018'", 'tabell': "'Tabell 3'", 'rad': 'h.region_kod', 'ord': true,
            'matt': [("'dokument'", "coalesce(h.dokument, 'Utvecklas 2019')")],
        },
        {
            'modell': 'strategidokument', 'villkor': "h.ar = 2018 and h.status = 'finns'",
            'publikation': "'uppfoljning_2018'", 'tabell': "'Tabell 3'", 'rad': "''",
            'matt': [("'antal regioner med styrdokument'", 'count(*)')],
        },
        {
            'modell': 'specialistutbildning', 'villkor': 'true', 'kalla': 'regionenkat',
            'publikation': "'uppfoljning_2018'", 'tabell': "'Tabell 8'", 'rad': "h.block || ', ' || h.kategori",
            'matt': [('h.ar', 'h.antal')],
        },
        {
            'modell': 'specialistutbildning', 'kalla': 'regionenkat',
            'villkor': "h.block = 'ersattning' and h.kategori = 'totalt' and h.ar = 2017",
            'publikation': "'uppfoljning_2018'", 'tabell': "'Löptext'", 'rad': "''",
            'matt': [("'okning_beviljad_studielon_utbildningstjanst'", 'round(h.forandring_procent)')],
        },
        {
            'modell': 'specialistinriktning', 'villkor': "h.ar = 2018 and h.termin = 'host'", 'kalla': 'regionenkat',
            'publikation': "'uppfoljning_2018'", 'tabell': "'Specialistutbildning hösten 2018'", 'rad': 'h.inriktning',
            'matt': [("'antal regioner'", 'h.antal_regioner')],
        },
        {
            'modell': 'personalstatistik', 'kalla': 'personalstatistik',
            'villkor': "h.region_kod = '00' and h.kvartal = 'helar' and h.yrkesgrupp = 'alla' and h.kon = 'T'"
            ~ " and h.ar = case h.matt when 'andel_sjukfranvaro' then 2017 else 2018 end",
            'publikation': "'uppfoljning_2018'", 'tabell': "'Löptext'", 'rad': "''",
            'matt': [
                (
                    "case h.matt when 'andel_av_total' then 'andel_hyrkostnad_av_total_personalkostnad'"
                    ~ " when 'andel_av_egen' then 'andel_hyrkostnad_av_kostnad_egen_personal'"
                    ~ " when 'okning_kronor' then 'okning_total_hyrkostnad'"
                    ~ " when 'okning_procent' then 'okning_total_hyrkostnad_procent'"
                    ~ " when 'regioner_med_minskning' then 'antal_regioner_minskad_hyrkostnad'"
                    ~ " when 'andel_sjukfranvaro' then 'andel_sjukfranvarotid_av_ordinarie_arbetstid' end",
                    "case h.matt when 'okning_kronor' then round(h.varde / 1e6)"
                    ~ " when 'okning_procent' then round(h.varde, 1) else round(h.varde) end",
                ),
            ],
        },
        {
            'modell': 'invanartjanster', 'kalla': 'invanartjanster',
            'villkor': "h.region_kod = '00' and h.period = case h.matt when 'inloggningar_per_invanare'"
            ~ " then date '2018-11-01' else date '2017-12-01' end",
            'publikation': "'uppfoljning_2018'", 'tabell': "'Löptext'", 'rad': "''",
            'matt': [
                (
                    "case h.matt when 'inloggningar_per_invanare' then 'inloggningar_per_invanare_och_ar'"
                    ~ " when 'kvot_enheter_per_100000' then 'kvot_max_min_anslutna_enheter_per_100000'"
                    ~ " when 'inloggningar_per_invanare_lagst' then 'inloggningar_per_invanare_min'"
                    ~ " when 'inloggningar_per_invanare_hogst' then 'inloggningar_per_invanare_max' end",
                    "case h.matt when 'inloggningar_per_invanare' then round(h.varde, 1) else round(h.varde) end",
                ),
            ],
        },
        {
            'modell': 'regioner', 'villkor': 'true',
            'publikation': "'uppfoljning_2020'", 'tabell': "'Löptext'", 'rad': "''",
            'matt': [("'antal regioner'", 'count(*)')],
        },
        {
            'modell': 'kommuner', 'villkor': "h.region_kod = '14'",
            'publikation': "'uppfoljning_2020'", 'tabell': "'Löptext'", 'rad': "''",
            'matt': [("'antal kommuner i Västra Götaland'", 'count(*)')],
        },
        {
            'modell': 'storheter', 'villkor': 'true',
            'publikation': "'uppfoljning_2020'", 'tabell': "'Löptext'", 'rad': "''",
            'matt': [("'antal storheter enligt SOU 2018:39'", 'count(*)')],
        },
        {
            'modell': 'omraden', 'villkor': 'h.del_av is null',
            'publikation': "'uppfoljning_2020'", 'tabell': "'Löptext'", 'rad': "''",
            'matt': [
                ("'antal insatsområden i God och nära vård 2019'", "count(*) filter (where h.overenskommelse = 'gnv_2019')"),
                (
                    "'antal utvecklingsområden i En investering 2019'",
                    "count(*) filter (where h.overenskommelse = 'investering_2019')",
                ),
            ],
        },
        {
            'modell': 'medelstabeller',
            'villkor': "h.overenskommelse = 'gnv_2020' and h.tabell = 'Bilaga 2' and h.kolumn = 'befolkning'",
            'publikation': "'uppfoljning_2020'", 'tabell': "'Löptext'", 'rad': "''",
            'matt': [
                (
                    "'Jämtland Härjedalens andel av befolkningen'",
                    "round(100 * sum(h.varde) filter (where h.region_kod = '23')"
                    ~ " / sum(h.varde) filter (where h.region_kod <> '00'), 1)",
                ),
            ],
        },
    ]) }}
{%- endmacro %}
