"""The whole road: from the files in examples/ through the real build to what is exported, held to the printed report."""

from __future__ import annotations

import math
import re
from decimal import ROUND_HALF_EVEN, ROUND_HALF_UP, Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import facit
import openpyxl
import pytest
from road import Records, Run, ask, golden, records

from dagster_project.settings import Home

REPO = Path(__file__).resolve().parents[1]
SVAR = ("brist", "balans", "overskott", "vet_inte", "finns_ej")


@pytest.fixture(scope="module")
def exported(example_home: Home, uppfoljning: Run, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The export of the examples' release."""
    out = tmp_path_factory.mktemp("export")
    assert uppfoljning("--home", example_home.root, "export", "--year", 2020, "--out", out, "--intern").code == 0
    return out


@pytest.fixture(scope="module")
def tables(exported: Path) -> dict[str, Records]:
    """The exported csv files, published or internal."""
    return {path.stem: records(path) for place in ("intern/csv", "csv") for path in (exported / place).glob("*.csv")}


@pytest.fixture(scope="module")
def sheets(exported: Path) -> dict[str, list[tuple[Any, ...]]]:
    """The rows of each sheet's table object, heading first."""
    book = openpyxl.load_workbook(exported / "uppfoljning_2020.xlsx")
    found = {}
    for page in book:
        for name, ref in page.tables.items():
            found[name] = [tuple(cell.value for cell in row) for row in page[ref.ref if hasattr(ref, "ref") else ref]]
    return found


def picked(rows: Records, *columns: str) -> list[tuple[str, ...]]:
    return [tuple(row[c] for c in columns) for row in rows]


def number(text: str) -> float:
    return float(text.replace(",", "."))


# --- the printed tables, cell by cell ---------------------------------------------------------------------------------


def test_tabell_1(tables: dict[str, Records], sheets: dict[str, list[tuple[Any, ...]]]) -> None:
    columns = ("region", "dokument", "politiskt_beslut", "gemensamt_dokument")
    printed = picked(golden("tabell_1"), *columns)
    assert len(printed) == 21
    assert picked(tables["tabell_1"], *columns) == printed
    assert [tuple(cell or "" for cell in row) for row in sheets["tabell_1"][1:]] == printed
    blank = [(row[0], column) for row in printed for column, cell in zip(columns, row, strict=True) if not cell]
    assert blank == [
        ("Skåne", "gemensamt_dokument"),
        ("Västmanland", "politiskt_beslut"),
        ("Västmanland", "gemensamt_dokument"),
        ("Örebro län", "gemensamt_dokument"),
    ]


def test_tabell_2(tables: dict[str, Records], sheets: dict[str, list[tuple[Any, ...]]]) -> None:
    printed = [(r["region"], int(r["visa_tid"]), int(r["boka_tid"])) for r in golden("tabell_2")]
    ours = [(r["region"], int(r["visa_tid"]), int(r["boka_tid"])) for r in tables["tabell_2"]]
    assert ours == printed
    assert sheets["tabell_2"][1:] == printed
    assert (sum(visa for _, visa, _ in ours), sum(boka for *_, boka in ours)) == (5076, 3150)


def test_tabell_3(tables: dict[str, Records], sheets: dict[str, list[tuple[Any, ...]]]) -> None:
    printed = {
        (r["yrke"], r["svarsalternativ"]): (int(r["antal"]), number(r["procent_tryckt"]), int(r["n"]))
        for r in golden("tabell_3")
    }
    ours = {
        (r["yrke"], r["svarsalternativ"]): (int(r["antal"]), float(r["andel_publicerad"]), int(r["n"]))
        for r in tables["tabell_3"]
    }
    assert len(printed) == 30
    assert ours == printed
    yrken = list(dict.fromkeys(yrke for yrke, _ in printed))
    in_workbook = [
        (yrke, *(value for svar in SVAR for value in printed[yrke, svar][:2]), printed[yrke, "brist"][2])
        for yrke in yrken
    ]
    assert [row[:12] for row in sheets["tabell_3"][1:]] == in_workbook


def test_figur_5(tables: dict[str, Records], sheets: dict[str, list[tuple[Any, ...]]]) -> None:
    printed = [(r["etikett"], number(r["procent"]), int(r["n"])) for r in golden("figur_5")]
    assert [(r["fraga_etikett"], float(r["andel_publicerad"]), int(r["n"])) for r in tables["figur_5"]] == printed
    assert [row[:3] for row in sheets["figur_5"][1:]] == printed


def test_malbild(tables: dict[str, Records], sheets: dict[str, list[tuple[Any, ...]]]) -> None:
    ours = {
        (r["fraga"], r["svarsalternativ"]): (int(r["antal"]), float(r["andel_publicerad"]), int(r["n"]))
        for r in tables["malbild"]
    }
    printed = {
        (r["fraga"], r["svarsalternativ"]): (int(r["antal"]), number(r["procent"]), int(r["n"]))
        for r in golden("malbild")
    }
    assert len(printed) == 3
    assert {key: ours[key] for key in printed} == printed
    question_2, question_2a = (row[1:6] for row in sheets["malbild"][1:])
    assert question_2 == (62, 28, 163, 72, 225)
    assert (*question_2a[:2], question_2a[4]) == (96, 59, 163)


def test_response_rates(tables: dict[str, Records]) -> None:
    rates = {
        (r["kalla"], r["niva"]): (int(r["inkomna"]), int(r["forvantade"]), float(r["svarsfrekvens"]))
        for r in tables["svarsfrekvens"]
    }
    (printed,) = golden("svarsfrekvens")
    inkomna, forvantade, andel = rates["kommunenkat", "riket"]
    assert (inkomna, forvantade) == (int(printed["inkomna"]), int(printed["forvantade"]))
    assert half_up(andel) == int(printed["procent"])
    for key in (("kommunenkat", "regiontackning"), ("webbtidbok", "riket"), ("inriktningsdokument", "riket")):
        assert rates[key] == (21, 21, 100.0), key
    answered = {r["grupp_kod"]: int(r["inkomna"]) for r in tables["svarsfrekvens_fraga"]}
    assert {f: answered[f] for f in ("1a", "1b", "1c", "1d", "2", "2a")} == {
        "1a": 221,
        "1b": 223,
        "1c": 222,
        "1d": 220,
        "2": 225,
        "2a": 163,
    }
    assert sum(int(r["forvantade"]) for r in tables["svarsfrekvens_region"]) == 290
    assert sum(int(r["inkomna"]) for r in tables["svarsfrekvens_region"]) == 226


def test_note_of_tabell_2_travels(exported: Path, sheets: dict[str, list[tuple[Any, ...]]]) -> None:
    book = openpyxl.load_workbook(exported / "uppfoljning_2020.xlsx")
    above = " ".join(str(row[0]) for row in book["Tabell 2"].iter_rows(max_row=6, values_only=True))
    assert "Källa: Inera" in above
    assert "totalt skulle kunna vara anslutna" in above
    assert not any(
        "andel" in str(heading).lower() or "procent" in str(heading).lower() for heading in sheets["tabell_2"][0]
    )


# --- the golden tests of the domain study -----------------------------------------------------------------------------


def half_up(value: float | Fraction) -> int:
    exact = (
        Decimal(value.numerator) / Decimal(value.denominator) if isinstance(value, Fraction) else Decimal(str(value))
    )
    return int(exact.quantize(Decimal(1), ROUND_HALF_UP))


def largest_remainder(counts: list[int]) -> list[Fraction]:
    """Whole percentages that add up to 100; units left over go to the largest remainders, shared where these are equal."""
    shares = [Fraction(100 * c, sum(counts)) for c in counts]
    rounded = [Fraction(math.floor(s)) for s in shares]
    left = 100 - sum(rounded)
    for remainder in sorted({s - math.floor(s) for s in shares}, reverse=True):
        equal = [i for i, s in enumerate(shares) if s - math.floor(s) == remainder]
        given = min(left, Fraction(len(equal)))
        for i in equal:
            rounded[i] += given / len(equal)
        left -= given
    return rounded


def count(text: str) -> tuple[int, int]:
    """``'62/225'`` → (62, 225)."""
    taljare, namnare = text.split("/")
    return int(taljare), int(namnare)


#: Rows of golden_tests.csv about parsing, about text of the report or about figures of other tables.
ELSEWHERE = {
    *(f"G{i:03d}" for i in (76, 77, 78, 81, 82, 83, 84, 85, 86, 87, 88, 89, 90, 91, 92, 94)),  # other chapters
    *(f"G{i:03d}" for i in range(97, 115)),  # reading the printed report
}


@pytest.fixture(scope="module")
def golden_rows() -> dict[str, dict[str, str]]:
    return facit.facts("seed002/tables/golden_tests")


def test_golden_rows_are_covered_or_named_as_elsewhere(golden_rows: dict[str, dict[str, str]]) -> None:
    covered = {*PERCENT, *ROW_SUMS, *OTHER, *range(29, 30)}
    ids = {f"G{i:03d}" for i in covered}
    assert ids & ELSEWHERE == set()
    assert ids | ELSEWHERE == set(golden_rows)


PERCENT = [
    1,
    2,
    3,
    4,
    5,
    *range(16, 21),
    *range(23, 28),
    *range(30, 35),
    *range(37, 42),
    *range(44, 49),
    *range(51, 56),
    58,
    *range(59, 68),
]
ROW_SUMS = [14, 15, 21, 22, 28, 29, 35, 36, 42, 43, 49, 50]
OTHER = [6, 7, 8, 9, 10, 11, 12, 13, 56, 57, 68, 69, 70, 71, 72, 73, 74, 75, 79, 80, 93, 95, 96]


def cells(tables: dict[str, Records]) -> dict[tuple[str, str], tuple[int, int, float]]:
    """What was exported: (row, answer) → (count, n, published percent), for Tabell 3, Målbild and the response rate."""
    found = {
        (r["yrke"], r["svarsalternativ"]): (int(r["antal"]), int(r["n"]), float(r["andel_publicerad"]))
        for r in tables["tabell_3"]
    }
    found |= {
        (r["fraga"], r["svarsalternativ"]): (int(r["antal"]), int(r["n"]), float(r["andel_publicerad"]))
        for r in tables["malbild"]
    }
    return found


SAID = {
    "Målbild finns": ("2", "ja"),
    "Målbild saknas": ("2", "nej"),
    "Farmaceut finns ej": ("Farmaceut", "finns_ej"),
}


def cell_of(row: dict[str, str]) -> tuple[str, str]:
    """Which exported cell a golden row speaks of."""
    text = row["beskrivning"]
    for start, key in SAID.items():
        if text.startswith(start):
            return key
    match = re.match(r"(?:Tabell 3 )?(\S+) (brist|balans|overskott|vet_inte|finns[_ ]ej)\b", text)
    assert match, text
    return match[1], match[2].replace(" ", "_")


@pytest.mark.parametrize("nr", PERCENT)
def test_golden_percentages(golden_rows: dict[str, dict[str, str]], tables: dict[str, Records], nr: int) -> None:
    """Each printed percentage is ours; plain rounding of exported counts gives what the study says it gives."""
    row = golden_rows[f"G{nr:03d}"]
    taljare, namnare = count(row["formel"])
    plain = half_up(Fraction(100 * taljare, namnare))
    assert plain == int(row["beraknat_varde"])
    if nr == 1:
        (rate,) = (r for r in tables["svarsfrekvens"] if (r["kalla"], r["niva"]) == ("kommunenkat", "riket"))
        assert (int(rate["inkomna"]), int(rate["forvantade"])) == (taljare, namnare)
        return
    antal, n, published = cells(tables)[cell_of(row)]
    assert antal == taljare
    assert published == number(row["forvantat_varde"])
    if row["status"] == "negativt_test":
        assert n != namnare
        assert plain != published
    else:
        assert n == namnare
        assert (plain == published) is (row["status"] == "ok")


@pytest.mark.parametrize("nr", ROW_SUMS)
def test_golden_row_sums(golden_rows: dict[str, dict[str, str]], tables: dict[str, Records], nr: int) -> None:
    row = golden_rows[f"G{nr:03d}"]
    yrke = row["beskrivning"].split()[2]
    mine = [cells(tables)[yrke, svar] for svar in SVAR]
    parts = [number(part) for part in row["formel"].split("+")]
    if row["typ"] == "radsumma":
        assert [antal for antal, *_ in mine] == parts
        assert {n for _, n, _ in mine} == {sum(parts)} == {number(row["beraknat_varde"])}
        assert (sum(parts) == number(row["forvantat_varde"])) is (row["status"] == "ok")
    else:
        assert [published for *_, published in mine] == parts
        assert sum(parts) == 100


def possible(procent: int, n: int) -> list[int]:
    return [k for k in range(n + 1) if half_up(Fraction(100 * k, n)) == procent]


def test_golden_figur_5_and_malbild(golden_rows: dict[str, dict[str, str]], tables: dict[str, Records]) -> None:
    malbild = cells(tables)
    assert (
        malbild["2", "ja"][0] + malbild["2", "nej"][0]
        == int(golden_rows["G006"]["forvantat_varde"])
        == malbild["2", "ja"][1]
    )
    assert malbild["2", "ja"][2] + malbild["2", "nej"][2] == int(golden_rows["G007"]["forvantat_varde"])
    assert possible(59, 163) == [int(golden_rows["G008"]["beraknat_varde"])] == [malbild["2a", "ja"][0]]
    for nr, row in zip((9, 10, 11, 12), tables["figur_5"], strict=True):
        n = int(row["n"])
        counts = possible(int(float(row["andel_publicerad"])), n)
        assert "|".join(map(str, counts)) == golden_rows[f"G{nr:03d}"]["beraknat_varde"]
        assert round(float(row["andel"]) * n / 100) in counts
        assert "antal" not in row  # cannot be told from the report, so it is not published
    ns = [int(row["n"]) for row in tables["figur_5"]]
    assert "|".join(map(str, ns)) == golden_rows["G096"]["beraknat_varde"]
    assert max(*ns, malbild["2", "ja"][1]) <= 226  # G013
    assert half_up(float(tables["figur_5"][0]["andel"])) == int(golden_rows["G095"]["beraknat_varde"])


def test_golden_rounding_of_tabell_3(golden_rows: dict[str, dict[str, str]], tables: dict[str, Records]) -> None:
    """27 of 30 by plain rounding, 30 of 30 by largest remainder: the rule is ours, the counts are the exported ones."""
    plain = remainder = 0
    for yrke in dict.fromkeys(r["yrke"] for r in tables["tabell_3"]):
        mine = [cells(tables)[yrke, svar] for svar in SVAR]
        counts = [antal for antal, *_ in mine]
        printed = [Fraction(str(published)) for *_, published in mine]
        plain += sum(half_up(Fraction(100 * c, sum(counts))) == p for c, p in zip(counts, printed, strict=True))
        remainder += sum(ours == p for ours, p in zip(largest_remainder(counts), printed, strict=True))
    assert plain == int(golden_rows["G056"]["beraknat_varde"]) == 27
    assert remainder == int(golden_rows["G057"]["beraknat_varde"]) == 30


def test_golden_regions(golden_rows: dict[str, dict[str, str]], tables: dict[str, Records]) -> None:
    visa = {r["region"]: int(r["visa_tid"]) for r in tables["tabell_2"]}
    boka = {r["region"]: int(r["boka_tid"]) for r in tables["tabell_2"]}
    expected = {nr: golden_rows[f"G{nr:03d}"]["forvantat_varde"] for nr in (68, 72, 73, 74, 75, 79)}
    computed = {nr: golden_rows[f"G{nr:03d}"]["beraknat_varde"] for nr in (69, 70)}
    assert len(visa) == int(expected[68])
    assert (sum(visa.values()), sum(boka.values())) == (int(computed[69]), int(computed[70]))
    assert max(b - visa[r] for r, b in boka.items()) <= 0  # G071
    extremes = {
        72: max(visa, key=visa.__getitem__),
        73: min(visa, key=visa.__getitem__),
        74: min(boka, key=boka.__getitem__),
        75: max(boka, key=boka.__getitem__),
    }
    for nr, region in extremes.items():
        assert region == golden_rows[f"G{nr:03d}"]["formel"]
        assert (visa if nr < 74 else boka)[region] == int(expected[nr])
    regions = picked(tables["tabell_1"], "region")
    assert len(regions) == int(expected[79])
    assert regions == picked(tables["tabell_2"], "region")  # G080
    decided = {
        r["region"]
        for r in tables["tabell_1"]
        if re.search(r"eslutad\D*201[678]|^2018 beslutade", r["politiskt_beslut"])
    }
    named = golden_rows["G093"]["kommentar"].split(";")[0].split("|")
    assert set(named) <= decided | {"Blekinge"}
    assert len(named) == int(golden_rows["G093"]["beraknat_varde"])


def test_printed_inconsistencies_stand_beside_our_value(tables: dict[str, Records]) -> None:
    """The export says where the printed figure differs, with the reason; the values are recomputed here."""
    shown = {(r["tabell"], r["rad"], r["kolumn"]): r for r in tables["tryckt_mot_beraknat"]}
    farmaceut = sum(int(r["antal"]) for r in tables["tabell_3"] if r["yrke"] == "Farmaceut")
    expected = {("Tabell 3", "Farmaceut", "n"): ("226", str(farmaceut), "X01")}
    expected |= {
        ("Figur 5", r["fraga"], "n_figurnot"): ("223", r["n"], "X05") for r in tables["figur_5"] if r["n"] != "223"
    }
    expected["Figur 5", "1a", "ja_procent_sammanfattning"] = ("Omkring 40", "38", "X06")
    for key, (printed, ours, xid) in expected.items():
        row = shown[key]
        assert (row["varde_tryckt"], row["varde_beraknat"], row["avvikelse"]) == (printed, ours, xid)
        assert row["forklaring"]
    rounded = {
        (r["yrke"], r["svarsalternativ"]): Fraction(100 * int(r["antal"]), int(r["n"])) for r in tables["tabell_3"]
    }
    listed = records(REPO / "seeds" / "rapporter" / "uppfoljning_2020" / "avvikelser.csv")
    recorded = {
        (r["rad"], r["kolumn"]): (r["tryckt_varde"], r["vart_varde"]) for r in listed if r["id"] in ("X02", "X03")
    }
    assert {row["avvikelse"] for row in shown.values()} - {""} == {r["id"] for r in listed}
    assert "ny_avvikelse" not in {row["utfall"] for row in shown.values()}
    assert recorded["arbetsterapeut", "brist_procent"] == ("47", str(half_up(rounded["Arbetsterapeut", "brist"])))
    for svar in ("vet_inte", "finns_ej"):
        share = rounded["Sjuksköterska", svar]
        tenth = (Decimal(share.numerator) / share.denominator).quantize(Decimal("0.1"), ROUND_HALF_EVEN)
        assert recorded["sjukskoterska", f"{svar}_procent"] == ("0,5", str(tenth).replace(".", ","))


def test_what_the_report_of_2018_prints_of_its_statistics_is_computed(example_home: Home) -> None:
    """Tabell 8, the specialities and the figures on hired staff and 1177, against what a reader wrote down from print."""
    found = ask(
        example_home,
        "select tabell, kolumn, nyckel, varde_beraknat, utfall from mart.avstamning where publikation = 'uppfoljning_2018'",
    )
    tabell_8 = [row for row in found if row[0] == "Tabell 8"]
    printed = golden("seed004/tables/tabell_8_ersattning_och_nyborjare")
    assert sorted(row[3] for row in tabell_8) == sorted(
        row[f"ar_{year}"] for row in printed for year in (2016, 2017, 2018)
    )
    specialities = [row[3] for row in found if row[0].startswith("Specialistutbildning")]
    counts = golden("seed004/tables/specialistinriktningar_antal_regioner_ht2018")
    assert sorted(specialities) == sorted(row["antal_regioner"] for row in counts)
    text = {row[1]: row[3] for row in found if row[0] == "Löptext" and row[3]}
    numbers = {r["derived_metric"]: r["varde_num"] for r in golden("seed004/tables/nyckeltal_i_text")}
    hired = ("okning_total_hyrkostnad", "okning_total_hyrkostnad_procent", "antal_regioner_minskad_hyrkostnad")
    for name in (*hired, "inloggningar_per_invanare_och_ar", "okning_beviljad_studielon_utbildningstjanst"):
        assert text[name].replace(",", ".") == numbers[name], name
    assert {row[4] for row in found} == {"stammer", "kand_avvikelse", "ej_beraknad"}


def test_thirteen_of_the_21_regions_have_answered_for_en_investering(example_home: Home) -> None:
    """002 L262–263 and footnote 2, which names them."""
    found = ask(
        example_home,
        "select respondent, status, paminnelse from mart.kalender where overenskommelse = 'investering_2019' and kalla = 'nulagesrapport'",
    )
    names = dict(ask(example_home, "select region_officiell, region from referens.regioner"))
    answered = {names[respondent] for respondent, status, _ in found if status == "inkommen"}
    assert answered == {r["region_kanonisk_tabell_2"] for r in golden("seed002/tables/regioner_investering_13")}
    assert (len(found), len(answered)) == (21, 13)
    assert not any(reminded for _, _, reminded in found)


def test_the_waiting_times_are_told_by_day_profession_and_unit(tables: dict[str, Records]) -> None:
    """Same day, three and seven days follow on each other; the visits of the country are the sum of the regions'."""
    by_cell: dict[tuple[str, str], dict[str, float]] = {}
    for row in tables["tre_dagar_dagar"]:
        if row["andel"]:
            by_cell.setdefault((row["region_kod"], row["period"]), {})[row["dagar_till"]] = float(row["andel"])
    assert by_cell
    for shares in by_cell.values():
        assert shares["0"] <= shares["3"] <= shares["7"] <= 100
    three = {(r["region_kod"], r["period"]): r["andel"] for r in tables["tre_dagar"] if r["andel"]}
    assert {key: f"{shares['3']}" for key, shares in by_cell.items()} == {
        key: f"{float(v)}" for key, v in three.items()
    }
    visits: dict[str, dict[str, int]] = {}
    for row in tables["rapporterade_besok"]:
        visits.setdefault(row["period"], {})[row["region_kod"]] = int(row["besok"])
    for month, regions in visits.items():
        assert regions.pop("00") == sum(regions.values()), month
        assert all(
            int(r["bedomningar"] or 0) < regions[r["region_kod"]]
            for r in tables["tre_dagar"]
            if r["period"] == month and r["region_kod"] != "00"
        )
    assert {r["vardenhet"] for r in tables["tre_dagar_vardcentral"]} >= {"PÅHITTAD vårdcentral 1, Stockholm"}
    assert {r["yrke"] for r in tables["tre_dagar_yrke_region"]} <= {r["yrke"] for r in tables["tre_dagar_yrke"]}


def test_every_exact_count_of_a_statement_comes_out_as_printed(tables: dict[str, Records]) -> None:
    """And nothing stands as a count that is neither printed nor counted over all it is about."""
    for name, list_of in (("utsagor", "regioner"), ("kommunutsagor", "kommuner")):
        exact = {
            r["utsaga_id"]: r["antal_exakt"] for r in golden(f"seed002/tables/utsagor_{list_of}") if r["antal_exakt"]
        }
        shown = {r["utsaga_id"]: r for r in tables[name]}
        assert {ident[:2] for ident in shown} == {"UR" if list_of == "regioner" else "UK"}  # not those of 2016–2018
        repeated = {"UR024"}  # UR002 at another place
        assert {ident: shown[ident]["antal"] for ident in exact if ident not in repeated} == {
            ident: antal for ident, antal in exact.items() if ident not in repeated
        }
        assert all(r["pahittad"] == "false" for ident, r in shown.items() if ident in exact and ident != "UK002")
        assert all((r["antal"] == "") == (r["antal_bedomda"] != r["bas"]) for r in tables[name])
    values = {r["varde"]: (r["antal"], r["bas"]) for r in tables["utsagor"] if r["utsaga_id"] == "UR003"}
    assert values == {"finns": ("19", "21"), "under_utveckling": ("2", "21")}
