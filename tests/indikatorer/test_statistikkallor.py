"""The sources of the report on 2016–2018: what it prints comes out with its word of comparison, and what is counted is computed."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd
import pytest
from facit import table

from dagster_project.settings import EXAMPLES

Ask = Callable[[str], pd.DataFrame]

#: Key figures of the running text: their name and period there, where they stand here, and the word before them.
PRINTED = [
    ("anslutna_enheter_okning_sedan_2014", "2014–2018", "okning_anslutna_vardenheter", "2018-11-01", "over"),
    ("andel_invanare_med_anvandarkonto", "2018 (figur 5 slutar 2018-11)", "andel_med_konto", "2018-11-01", "over"),
    ("inloggningar_per_invanare_och_ar", "november 2018", "inloggningar_per_invanare", "2018-11-01", None),
    ("andel_grundutbudsenheter_anslutna_till_webbtidbok", "2018", "andel_webbtidbok", "2018-11-01", "nastan"),
    ("kvot_max_min_anslutna_enheter_per_100000", "2017", "kvot_enheter_per_100000", "2017-12-01", None),
    ("inloggningar_per_invanare_min", "2017", "inloggningar_per_invanare_lagst", "2017-12-01", None),
    ("inloggningar_per_invanare_max", "2017", "inloggningar_per_invanare_hogst", "2017-12-01", None),
    ("andel_hyrkostnad_av_total_personalkostnad", "2018 och föregående år", "andel_av_total", "2018", None),
    ("andel_hyrkostnad_av_total_personalkostnad", "2018 och föregående år", "andel_av_total", "2017", None),
    ("andel_hyrkostnad_av_kostnad_egen_personal", "2018 (oförändrad)", "andel_av_egen", "2018", "cirka"),
    ("okning_total_hyrkostnad", "2017→2018", "okning_kronor", "2018", None),
    ("okning_total_hyrkostnad_procent", "2017→2018", "okning_procent", "2018", None),
    ("antal_regioner_minskad_hyrkostnad", "2018 jfr 2017", "regioner_med_minskning", "2018", None),
    ("andel_sjukfranvarotid_av_ordinarie_arbetstid", "2017", "andel_sjukfranvaro", "2017", None),
]
MILLIONS = {"okning_total_hyrkostnad"}


@pytest.fixture(scope="module")
def riket(fraga: Ask) -> dict[tuple[str, str], tuple[float, str | None, str]]:
    """Value, word and origin of every measure of the country, by measure and time."""
    rows = fraga(
        "select matt, period::varchar as tid, varde, jamforelse, ursprung from mart.invanartjanster where region_kod = '00' "
        "union all select matt, ar::varchar, varde, jamforelse, ursprung from mart.personalstatistik "
        "where region_kod = '00' and kvartal = 'helar' and yrkesgrupp = 'alla' and kon = 'T'"
    )
    return {(r.matt, r.tid): (r.varde, r.jamforelse, r.ursprung) for r in rows.itertuples()}


@pytest.mark.parametrize(("name", "period", "matt", "tid", "word"), PRINTED)
def test_key_figures_of_the_text_as_printed(
    riket: dict[tuple[str, str], tuple[float, str | None, str]],
    name: str,
    period: str,
    matt: str,
    tid: str,
    word: str | None,
) -> None:
    [row] = [
        r
        for r in table("seed004/tables/nyckeltal_i_text")
        if r["derived_metric"] == name and r["period"] == period and r["source_line"] != "2189"
    ]
    value = float(row["varde_num"]) * (1_000_000 if name in MILLIONS else 1)
    assert riket[matt, tid] == (value, word, "levererat")


def test_the_cost_of_hired_staff_that_another_document_prints(
    riket: dict[tuple[str, str], tuple[float, str, str]],
) -> None:
    """God och nära vård 2020 (L1072–1073): from 3.9 to 5.4 thousand million kronor between 2015 and 2018."""
    assert [riket["kostnad_inhyrd", ar][0] for ar in ("2015", "2018")] == [3.9e9, 5.4e9]


def test_specialties_by_regions_as_printed(fraga: Ask) -> None:
    printed = table("seed004/tables/specialistinriktningar_antal_regioner_ht2018")
    ours = fraga("from mart.specialistinriktning where ar = 2018 and termin = 'host'")
    assert sorted(ours.antal_regioner) == sorted(int(row["antal_regioner"]) for row in printed)
    assert set(ours.kvantifierare) == {"flertalet"}
    assert (set(ours.bas), set(ours.raknat_ur)) == ({21}, {"riket"})
    for start, n in {
        "barnmorska": 20,
        "intensivvard": 19,
        "barn_och_unga": 17,
        "akut": 14,
        "kirurg": 13,
        "onko": 12,
    }.items():
        assert set(ours[ours.inriktning.str.startswith(start)].antal_regioner) == {n}, start


def test_a_year_that_only_regions_answered_is_their_sum(fraga: Ask) -> None:
    """30 and 10 of one; 5 of one that cannot tell the kinds apart; nothing of one that does not know: 45 is no 40."""
    rows = fraga("select kategori, antal from mart.specialistutbildning where block = 'ersattning' and ar = 2019")
    assert dict(rows.itertuples(index=False)) == {"utbildningstjanst": 30, "studielon": 10, "totalt": 45}
    [counted] = fraga("from mart.specialistinriktning where ar = 2019").itertuples()
    assert (counted.inriktning, counted.antal_regioner, counted.kvantifierare, counted.raknat_ur) == (
        "psykiatrisk_vard",
        2,
        "några",
        "regioner",
    )


def test_what_regions_answer_does_not_change_what_is_given_for_the_country(fraga: Ask) -> None:
    """The made-up answers of 2018 lie beside the printed sums."""
    counted = fraga(
        "select count(*) as n from intermediate.int_regionenkat_valda where ar = 2018 and region_kod <> '00'"
    )
    assert counted.n[0] == 0


def test_beginners_are_those_of_the_table(fraga: Ask) -> None:
    rows = fraga("select program, ar, antal, forandring from mart.yrkesexamensprogram where matt = 'nyborjare'")
    printed = {
        (row["rad_printed"].lower().replace("ö", "o"), ar): int(row[f"ar_{ar}"])
        for row in table("seed004/tables/tabell_8_ersattning_och_nyborjare")
        if row["block_printed"].startswith("Totala") and row["rad_printed"] != "Totalt"
        for ar in (2016, 2017, 2018)
    }
    assert {
        ("specialistsjukskoterska" if r.program[0] == "s" else r.program, r.ar): r.antal for r in rows.itertuples()
    } == {(name.replace("ä", "a"), ar): n for (name, ar), n in printed.items()}
    assert {r.forandring for r in rows.itertuples() if r.program == "barnmorska"} == {None, 1, 18}


def test_measures_of_1177_are_computed_where_nothing_is_delivered(fraga: Ask) -> None:
    people = {
        row["region_kod"]: row["antal"]
        for row in fraga(
            "select region_kod, antal from staging.stg_befolkning__folkmangd where kon = 'T' and ar = 2020"
        ).to_dict("records")
    }
    rows = fraga("from mart.invanartjanster where period = date '2020-12-01' and ursprung = 'beraknat'")
    ours = {(r.region_kod, r.matt): r.varde for r in rows.itertuples()}
    uppsala, gotland = people["03"], people["09"]
    per_unit = {"03": 250 / uppsala * 100_000, "09": 20 / gotland * 100_000}
    per_head = {"03": 1_000_000 / uppsala, "09": 60_000 / gotland}
    assert ours == pytest.approx(
        {
            ("03", "andel_webbtidbok"): 20,
            ("03", "andel_med_konto"): 100 * 200_000 / uppsala,
            ("03", "okning_anslutna_vardenheter"): 150,
            **{(kod, "enheter_per_100000"): varde for kod, varde in per_unit.items()},
            **{(kod, "inloggningar_per_invanare"): varde for kod, varde in per_head.items()},
            ("00", "kvot_enheter_per_100000"): max(per_unit.values()) / min(per_unit.values()),
            ("00", "inloggningar_per_invanare_lagst"): min(per_head.values()),
            ("00", "inloggningar_per_invanare_hogst"): max(per_head.values()),
        }
    )


def test_the_year_and_the_country_out_of_quarters_and_regions(
    riket: dict[tuple[str, str], tuple[float, str, str]],
) -> None:
    """The made-up costs: 55 million kronor a region and quarter in 2016; in 2017 what is printed of 2018 less its growth (004 L2708)."""
    cost = {"2016": 21 * 4 * 55_000_000, "2017": 5_400_000_000 - 230_000_000}
    for ar, kronor in cost.items():
        assert riket["kostnad_inhyrd", ar] == (kronor, None, "beraknat")
    assert riket["okning_kronor", "2017"] == (cost["2017"] - cost["2016"], None, "beraknat")
    assert riket["okning_procent", "2017"][0] == pytest.approx(100 * 550 / 4620)
    assert riket["andel_av_egen", "2016"][0] == pytest.approx(100 * 55 / 1400)
    assert riket["regioner_med_minskning", "2017"] == (0, None, "beraknat")


def test_a_word_of_comparison_stays_with_a_printed_indicator(fraga: Ask) -> None:
    rows = fraga("select indikator_id, definition, jamforelse from mart.indikator where jamforelse is not null")
    assert {tuple(r) for r in rows.itertuples(index=False)} == {
        ("andel_med_1177_konto", "tryckt", "over"),
        ("kostnad_hyrpersonal_andel", "av_egen_personal", "cirka"),
    }


def test_the_printed_figures_say_where_they_are_printed() -> None:
    """Document and line stand with every delivery that is not made up."""
    for kalla in ("regionenkat", "yrkesexamensprogram", "invanartjanster", "personalstatistik"):
        for path in (EXAMPLES / "landing" / kalla).glob("*.leverans.yml"):
            said = path.read_text(encoding="utf-8")
            assert ("pahittad: true" in said) == path.name.startswith("PAHITTA")
            assert "pahittad: true" in said or " L" in said, path.name
