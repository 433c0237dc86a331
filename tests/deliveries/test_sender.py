"""What the sender is told: by names, equal findings once, what was meant, what stands and what it replaces."""

from __future__ import annotations

import csv
import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import made_files as made
import openpyxl
import pyarrow.parquet as pq
import pytest

from dagster_project.deliveries import advice, intake, summary, wording
from dagster_project.deliveries.register import ANY_YEAR, Register
from dagster_project.settings import EXAMPLES, SEEDS, Home
from dagster_project.sources import all_sources

REGIONS = list(csv.DictReader((SEEDS / "reference" / "regioner.csv").open(encoding="utf-8", newline="")))
#: Words of the machinery, which no sender knows.
MACHINERY = ("sidofil", "karantän", "kodsystem ", "f3_", "webbtidbok_2020", "kommunenkat", "vantetid_", "{", "None")


def told(report: Path) -> dict[str, str]:
    sheet = openpyxl.load_workbook(report)["Granskning"]
    return {row[0]: row[1] for row in sheet.iter_rows(min_row=3, values_only=True)}


def findings(report: Path) -> list[dict[str, str]]:
    first, *rows = openpyxl.load_workbook(report)["Fel och anmärkningar"].iter_rows(values_only=True)
    return [dict(zip(first, row, strict=True)) for row in rows]


@pytest.mark.parametrize(
    ("column", "only", "remedy"),
    [
        ("kod_skr", "SKR:s", "”kodsystem: skr”"),
        ("region_kod", "SCB:s", "”kodsystem: scb”"),
        ("kod_kolada", "Koladas", "”kodsystem: kolada”"),
    ],
)
def test_codes_of_one_numbering_are_one_finding_with_one_remedy(
    judge: Callable[..., Any], column: str, only: str, remedy: str
) -> None:
    rows = [["Region", "Visa tid", "Boka tid"], *([row[column], 2, 1] for row in REGIONS)]
    judged = judge("webbtidbok", rows)
    [found] = [f for f in findings(judged.report) if f["Kolumn"] == "Region"]
    assert f"Alla koderna finns bara i {only} numrering." in found["Vad"]
    assert remedy in found["Vad"]
    assert found["Rad"].startswith("21 rader, först 2, 3, 4")
    grouped = advice.grouped(judged.verdict.anmarkningar, judged.verdict.format)
    [spoken] = [group.var for group in grouped if group.kolumn == "Region"]
    assert spoken.startswith("21 rader, först 2, 3, 4")


def test_codes_that_fit_several_numberings_are_asked_about_by_name(judge: Callable[..., Any]) -> None:
    judged = judge("webbtidbok", [["Region", "Visa tid", "Boka tid"], ["10", 2, 1], ["12", 3, 1], ["Gotland", 1, 1]])
    [found] = [f for f in findings(judged.report) if f["Kolumn"] == "Region" and "koder" in f["Vad"]]
    assert "Koderna finns i SCB:s, SKR:s och Koladas numrering. Skriv regionernas namn" in found["Vad"]
    assert found["Hittat"] == "10 och 12"


@pytest.mark.parametrize(
    ("kalla", "cell", "found", "hint"),
    [
        ("webbtidbok", (3, 0), "Blekinje", "Menar du Blekinge?"),
        ("webbtidbok", (3, 0), "Jämtland Härjedalen och Jönköping med mera", None),
        ("kommunenkat", (3, 9), "briist", "Menar du brist?"),
        ("kommunenkat", (3, 0), "Karlskronna", "Menar du 1080 (Karlskrona)? Skriv koden."),
        ("kommunenkat", (3, 9), "lagom", None),
    ],
)
def test_what_was_probably_meant(
    judge: Callable[..., Any], kalla: str, cell: tuple[int, int], found: str, hint: str | None
) -> None:
    rows = made.webbtidbok() if kalla == "webbtidbok" else made.kommunenkat()
    judged = judge(kalla, made.changed(rows, *cell, found))
    [said] = [f["Vad"] for f in findings(judged.report) if f["Hittat"] == found]
    assert said.endswith(hint) if hint else "Menar du" not in said


def test_equal_findings_are_told_once(judge: Callable[..., Any]) -> None:
    rows = made.kommunenkat()
    for row in (2, 4, 5):
        made.changed(rows, row, 9, "lagom")
    [found] = findings(judge("kommunenkat", rows).report)
    assert (found["Rad"], found["Följd"]) == ("2, 4, 5", "uppgifterna räknas inte")
    assert found["Vad"].endswith("Det gäller 3 rader.")


def test_many_values_with_one_fault_are_told_together(judge: Callable[..., Any]) -> None:
    rows = made.webbtidbok()
    for row in range(2, 14):
        made.changed(rows, row, 1, f"x{row}")
    [found] = [f for f in findings(judge("webbtidbok", rows).report) if f["Kolumn"] == "Visa tid"]
    assert found["Hittat"] == "12 olika värden"
    assert "x2 i kolumnen Visa tid är inte ett heltal. Samma sak gäller 11 värden till: x3 (rad 3)" in found["Vad"]


def test_a_municipality_is_named_beside_its_code(judge: Callable[..., Any]) -> None:
    rows = made.kommunenkat()
    judged = judge("kommunenkat", [*rows, ["0114", "2020-01-20", *rows[1][2:]]])
    [found] = findings(judged.report)
    assert found["Hittat"] == "0114 (Upplands Väsby)"
    assert "Kommunen 0114 (Upplands Väsby) finns på flera rader" in found["Vad"]
    assert found["Rad"] == "2, 10"


def deliver(home: Home, name: str, rows: list[list[Any]], **said: str) -> Path:
    folder = home.landing / "webbtidbok"
    folder.mkdir(parents=True, exist_ok=True)
    made.write_sidecar(folder / name, {"period": "2020-03", **said})
    return made.write(folder / name, rows)


def test_what_it_replaces_and_what_stands(home: Home) -> None:
    deliver(home, "alla.csv", made.webbtidbok(), mottagen="2020-04-01T12:00:00")
    rows = [["Region", "Visa tid", "Boka tid"], ["Gotland", 14, 12], ["Blekinje", 1, 1]]
    deliver(home, "rättelse.csv", rows, mottagen="2020-04-03T09:00:00", kontakt="vantetider@region.example")
    deliver(home, "trasig.csv", [["Region", "Visa tid"], ["Gotland", 1]], mottagen="2020-04-04T09:00:00")
    intake.take_in(home, all_sources()["webbtidbok"])
    reports = {
        row["filnamn"]: told(home.reports / row["leverans_id"] / "granskning.xlsx")
        for row in Register(home.register).leveranser()
    }
    assert reports["alla.csv"]["Ersätter"] == "Inga tidigare uppgifter."
    corrected = reports["rättelse.csv"]
    assert corrected["Bedömning"] == "Delvis godkänd (1 rad räknas inte)"
    assert corrected["Det här gäller"] == "1 rad räknas: Gotland, för mars 2020."
    assert corrected["Ersätter"] == (
        "Uppgifterna i alla.csv, mottagen 1 april 2020, för Gotland, mars 2020. Övriga tidigare uppgifter gäller fortfarande."
    )
    assert corrected["Kontakt"] == "vantetider@region.example"
    broken = reports["trasig.csv"]
    assert (broken["Bedömning"], broken["Ersätter"]) == (
        "Avvisad",
        "Ingenting. Tidigare godkända uppgifter gäller fortfarande.",
    )


def test_what_the_build_says_of_the_files(home: Home) -> None:
    deliver(home, "alla.csv", made.webbtidbok(), mottagen="2020-04-01T12:00:00")
    deliver(home, "nya.csv", made.changed(made.webbtidbok(), 3, 0, "Blekinje"), mottagen="2020-04-02T12:00:00")
    deliver(home, "nyast.csv", made.webbtidbok(), mottagen="2020-04-03T12:00:00")
    deliver(home, "trasig.csv", [["Region", "Visa tid"], ["Gotland", 1]], mottagen="2020-04-04T12:00:00")
    intake.take_in(home, all_sources()["webbtidbok"])
    lines = summary.said(
        home,
        Register(home.register),
        2020,
        {"webbtidbok": {"inkommen": 20, "saknas": 1}, "kommunenkat": {"saknas": 290}},
        {"webbtidbok": (95.2, 100.0, 1)},
    )
    assert [(line.slag, line.text) for line in lines] == [
        ("kalla", "Enkät till kommunerna om omställningen till en nära vård"),
        ("obs", "0 av 290 väntade leveranser har kommit; 290 saknas."),
        ("kalla", "Mottagningar med webbtidbok"),
        ("ok", "nyast.csv: godkänd."),
        ("obs", "alla.csv: ersatt av nyast.csv."),
        ("obs", "nya.csv: ersatt av nyast.csv."),
        ("fel", "trasig.csv: avvisad. Kolumnen Boka tid saknas (rad 1). Tidigare godkända uppgifter gäller."),
        ("obs", "20 av 21 väntade leveranser har kommit; 1 saknas."),
        ("obs", "Svarsfrekvens 95 procent (uppföljningens egen gräns är 100)."),
        ("kalla", "Att göra"),
        (
            "gor",
            "Be om en rättad fil i stället för trasig.csv. "
            f"Skicka med granskningsrapporten: {home.reports / '<leverans>' / 'granskning.xlsx'}.",
        ),
        (
            "gor",
            "Påminn om det som saknas: Enkät till kommunerna om omställningen till en nära vård (290) och "
            "Mottagningar med webbtidbok (1). Vilka det är visar 'uppfoljning deliveries --year 2020'.",
        ),
    ]
    (home.landing / "webbtidbok" / "nyast.csv").unlink()
    (home.landing / "webbtidbok" / "alla.csv").unlink()
    said = [line.text for line in summary.said(home, Register(home.register), ANY_YEAR, {}, {})]
    assert said[1] == "nya.csv: ersatt av nyast.csv."


def test_the_deadline_of_the_agreement_stands_in_it(judge: Callable[..., Any]) -> None:
    judged = judge("kommunenkat", made.kommunenkat())
    assert told(judged.report)["Sista dag"] == "27 januari 2020 (2019-12-01–2020-01-27)"


def test_every_verdict_has_its_words() -> None:
    assert [wording.verdict(v, 0) for v in ("godkand", "avvisad", "kunde_inte_granskas")] == [
        "Godkänd",
        "Avvisad",
        "Kunde inte granskas",
    ]
    assert wording.verdict("godkand_med_anmarkning", 0) == "Godkänd"
    assert wording.verdict("godkand_med_anmarkning", 2, 1) == "Delvis godkänd (2 rader och 1 uppgift räknas inte)"


def test_no_word_of_the_machinery(judge: Callable[..., Any]) -> None:
    wrong = made.changed(made.changed(made.kommunenkat(), 3, 8, "lagom"), 4, 0, "9999")
    for n, (kalla, rows, said) in enumerate(
        [
            ("kommunenkat", wrong, {}),
            ("kommunenkat", made.webbtidbok(), {}),
            ("webbtidbok", made.kommunenkat(), {}),
            ("webbtidbok", made.webbtidbok(), {"period": "2020"}),
            ("webbtidbok", made.webbtidbok(), {}),
            ("webbtidbok", made.webbtidbok(), {"period": "2020-03", "region": "Atlantis"}),
            ("webbtidbok", made.changed(made.webbtidbok(), 3, 0, "51"), {"period": "2020-03", "kodsystem": "scb"}),
        ]
    ):
        judged = judge(kalla, rows, name=f"fil{n}.csv", sidecar=said or "pahittad: true\n")
        text = judged.report.with_suffix(".md").read_text(encoding="utf-8")
        assert [word for word in MACHINERY if word in text] == [], text


def test_printed_rows_do_not_overlap(judge: Callable[..., Any]) -> None:
    """Every row is as high as its longest text needs, the headings come on every page, and the width is one page."""
    book = openpyxl.load_workbook(judge("webbtidbok", made.webbtidbok()[:3]).report)
    sheet = book["Fel och anmärkningar"]
    assert (sheet.print_title_rows, sheet.page_setup.fitToHeight) == ("$1:$1", 0)
    assert sheet.page_setup.fitToWidth in (None, 1)  # 1 where nothing is said
    assert sheet.sheet_properties.pageSetUpPr.fitToPage
    for row in sheet.iter_rows(min_row=2):
        lines = max(len(str(cell.value or "")) / sheet.column_dimensions[cell.column_letter].width for cell in row)
        assert sheet.row_dimensions[row[0].row].height >= 15 * lines


# --- no row about a person leaves -------------------------------------------------------------------------------------

MARKERS = ("19121212-1212", "anna.svensson@example.org", "070-123 45 67", "Anna Svensson")
LEAK = re.compile("1212-?1212|svensson|123 45 67", re.IGNORECASE)
TABLES = ("webbtidbok", "kommunenkat", "inriktningsdokument", "rekvisition", "ekonomisk_redovisning", "enhetsregister")


def example(kalla: str) -> list[list[str]]:
    """The first rows of a source's example, as text."""
    path = min(p for p in (EXAMPLES / "landing" / kalla).iterdir() if not p.name.endswith(".leverans.yml"))
    sheet = intake.reading.read(path)[0]
    return [[cell or "" for cell in cells] for _, cells in sheet.rader if any(cells)][:4]


def planted(rows: list[list[str]]) -> Iterator[list[list[str]]]:
    """The rows with a marker in every cell of a row, one marker in each file; and as what stands above the headings."""
    for marker in MARKERS:
        yield [*rows[:-1], [marker] * len(rows[0])]
    heading = next(i for i, row in enumerate(rows) if len([c for c in row if c]) > 2)
    yield [
        *rows[: heading + 1],
        *(
            [MARKERS[i % 4] if j == k else cell for j, cell in enumerate(rows[-1])]
            for i, k in enumerate(range(len(rows[0])))
        ),
    ]
    yield [[f"{cell} {MARKERS[i % 4]}" for i, cell in enumerate(row)] for row in rows]


@pytest.mark.parametrize("kalla", sorted(p.name for p in (EXAMPLES / "landing").iterdir()))
def test_no_personal_data_leaves(home: Home, kalla: str, caplog: pytest.LogCaptureFixture, uppfoljning: Any) -> None:
    """Markers in every column of every source's example, in file and sheet names and in the sender's name."""
    caplog.set_level("INFO")
    folder = home.landing / kalla
    folder.mkdir(parents=True)
    sidecar = {"period": "2020", "avsandare": "Anna Svensson, anna.svensson@example.org"}
    checked: list[Path] = []
    if all_sources()[kalla].reads_documents:
        text = next((EXAMPLES / "landing" / kalla).glob("*.txt")).read_text(encoding="utf-8")
        for n, marker in enumerate(MARKERS):
            path = folder / f"Anna_Svensson_19121212-1212_{n}.txt"
            path.write_text("\n".join(f"{line} {marker}" for line in text.splitlines()), encoding="utf-8")
            made.write_sidecar(path, sidecar)
    else:
        for n, rows in enumerate(planted(example(kalla))):
            path = folder / f"Anna_Svensson_19121212-1212_{n}.xlsx"
            in_every_cell = n < len(MARKERS)  # of one row: by turns as workbook and as text; all others as both
            if n % 2 == 0 or not in_every_cell:
                made.write_xlsx(path, rows, sheet="Anna Svensson 070-123 45 67")
                made.write_sidecar(path, sidecar)
            if n % 2 == 1 or not in_every_cell:
                made.write_csv(path.with_suffix(".csv"), rows)
            if not in_every_cell:  # all markers: what is checked too
                checked += [path, path.with_suffix(".csv")]
    delivered = len([p for p in folder.iterdir() if not p.name.endswith(".leverans.yml")])
    intake.take_in(home, all_sources()[kalla])
    texts = {
        str(p.relative_to(home.root)): p.read_text(encoding="utf-8")
        for p in [*home.reports.rglob("*.md"), *home.datadocs.rglob("*.html")]
    }
    for path in home.reports.rglob("*.xlsx"):
        book = openpyxl.load_workbook(path)
        texts[str(path)] = f"{book.properties.title} " + " ".join(
            str(cell) for sheet in book for row in sheet.iter_rows(values_only=True) for cell in row
        )
        texts[str(path)] += " ".join(str(sheet.oddFooter.left.text) for sheet in book)
    assert len([name for name in texts if name.endswith(".md")]) == delivered >= 4
    texts["log"] = caplog.text
    intake.write_register(home, Register(home.register), ANY_YEAR)
    for table in (home.raw / "register").glob("*.parquet"):
        texts[table.name] = str(pq.read_table(table).drop_columns(["leverans_id"]).to_pylist())
    texts["findings"] = str(
        Register(home.register).rows("select blad, kolumn, hittat, forvantat, meddelande from anmarkning")
    )
    ran = uppfoljning("--home", home.root, "deliveries", "--year", 2020, "--show", "received", "--format", "csv")
    texts["deliveries"] = ran.out + ran.err
    if checked:
        folder = home.root / "att granska" / kalla
        folder.mkdir(parents=True)
        for path in (*checked, *(path.with_name(f"{path.name}.leverans.yml") for path in checked)):
            if path.is_file():
                shutil.copy2(path, folder)
    ran = uppfoljning("--home", home.root, "check", folder, "--out", home.root / "kontroll")
    assert ran.code in (0, 1), ran.err
    texts["check"] = ran.out + ran.err
    assert {name: LEAK.findall(text) for name, text in texts.items() if LEAK.search(text)} == {}


def test_no_contact_is_quoted(home: Home) -> None:
    """Of a row about a person neither its identity nor the row is quoted, whatever is wrong with it."""
    rows = example("vantetid_primarvard")
    heading = rows[0]
    contact = dict(zip(heading, rows[1], strict=True))
    wrong = [{**contact, column: "okänd patient"} for column in heading]
    cells = [[row[c] for c in heading] for row in wrong]
    short = [list(contact.values())[:-2], [*contact.values(), "mer"]]
    path = made.write_csv(
        home.root / "kontakter.csv", [heading, *cells, *short, list(contact.values()), list(contact.values())]
    )
    _, _, written = intake.check(all_sources()["vantetid_primarvard"], path, home.root / "granskning")
    bare = made.write_csv(home.root / "utan_rubriker.csv", [list(contact.values())])
    _, _, second = intake.check(all_sources()["vantetid_primarvard"], bare, home.root / "granskning2")
    for report in (written, second):
        text = report.with_suffix(".md").read_text(encoding="utf-8")
        assert contact["VardkontaktId"] not in text
        assert "okänd patient" not in text
        assert ";".join(contact.values()) not in text


def test_fitting_numberings() -> None:
    assert advice.fitting(["10", "12"]) == ["scb", "skr", "kolada"]
    assert advice.fitting(["Blekinge"]) == []
