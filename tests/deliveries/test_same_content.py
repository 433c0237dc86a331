"""The same content is the same rows, however the file is written."""

from __future__ import annotations

import csv
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import made_files as made
import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from dagster_project.deliveries import door
from dagster_project.reading import sidecar, typing_sql
from dagster_project.reading.formats import Format
from dagster_project.sources import all_sources

REPO = Path(__file__).resolve().parents[2]
Rows = list[tuple[Any, ...]]


def typed(kalla: str, path: Path, said: dict[str, str], columns: str) -> Rows:
    """The sound rows of a delivery, as the door types them."""
    work = path.parent / f"{path.name}.arbete"
    work.mkdir()
    verdict = door.judge(all_sources()[kalla], path, sidecar.Sidofil.model_validate(said), work)
    assert verdict.con is not None, verdict.anmarkningar
    assert verdict.karantan == 0, verdict.anmarkningar
    with verdict.open() as con:
        return con.execute(f"select {columns} from godkand order by _nr").fetchall()


def webb(path: Path, **said: str) -> Rows:
    """The typed rows of a webbtidbok file, with the region's printed name."""
    with (REPO / "seeds" / "reference" / "regioner.csv").open(encoding="utf-8", newline="") as file:
        names = {row["region_kod"]: row["region"] for row in csv.DictReader(file)}
    rows = typed("webbtidbok", path, {"period": "2020-03", **said}, "region_kod, visa_tid, boka_tid")
    return [(names[kod], visa, boka) for kod, visa, boka in rows]


PRINTED: Rows = [tuple(row) for row in made.webbtidbok()[1:]]


@pytest.mark.parametrize(
    ("name", "sep", "encoding"),
    [
        ("fil.csv", ";", "utf-8"),
        ("fil.csv", ",", "utf-8"),
        ("fil.tsv", "\t", "utf-8"),
        ("fil.csv", ";", "utf-8-sig"),
        ("fil.csv", ",", "utf-8-sig"),
        ("fil.txt", "\t", "utf-8-sig"),
        ("fil.csv", ";", "cp1252"),
        ("fil.csv", ",", "cp1252"),
        ("fil.txt", "\t", "cp1252"),
        ("fil.csv.gz", ";", "utf-8"),
        ("fil.csv.gz", ",", "cp1252"),
        ("fil.txt.gz", "\t", "utf-8-sig"),
    ],
)
def test_text(tmp_path: Path, name: str, sep: str, encoding: str) -> None:
    assert webb(made.write_csv(tmp_path / name, made.webbtidbok(), sep=sep, encoding=encoding)) == PRINTED


def test_workbook_and_parquet(tmp_path: Path) -> None:
    assert webb(made.write_xlsx(tmp_path / "fil.xlsx", made.webbtidbok())) == PRINTED
    heading, *body = made.webbtidbok()
    pq.write_table(pa.table(dict(zip(heading, zip(*body, strict=True), strict=True))), tmp_path / "fil.parquet")
    assert webb(tmp_path / "fil.parquet") == PRINTED


@pytest.mark.parametrize(
    "above",
    [
        [["Webbtidbok, mars 2020"], [], [" REGION ", "visa  TID", "Bokatid"]],
        [["LÄN", "Antal visa tid", "ANTAL BOKA-TID"]],
        [["Regionnamn", "Vísa tid", "boka_tid"], ["", "", ""]],
    ],
    ids=["title rows", "other names", "diacritics and a blank row"],
)
def test_heading_drift(tmp_path: Path, above: made.Rows) -> None:
    assert webb(made.write_xlsx(tmp_path / "fil.xlsx", above + made.webbtidbok()[1:])) == PRINTED


def test_numbers_as_people_write_them(tmp_path: Path) -> None:
    rows = made.changed(made.changed(made.webbtidbok(), 13, 1, "\u00a0873\u202f"), 13, 2, "+660")
    assert rows[12][0] == "Stockholm"
    assert webb(made.write_csv(tmp_path / "fil.csv", rows)) == PRINTED


def test_every_way_of_saying_a_region(tmp_path: Path) -> None:
    """Blekinge, Dalarna, Gotland and Stockholm: the codes are SCB's, SKR's and Kolada's own."""
    wanted = [PRINTED[i] for i in (0, 1, 2, 11)]
    ways = {
        "scb": ["10", "20", "09", "01"],
        "skr": ["27", "57", "26", "10"],
        "kolada": ["0010", "0020", "0009", "0001"],
        "": ["Region Blekinge", "DALARNAS LÄN", "gotlands län", "Stockholms län"],
    }
    for system, spellings in ways.items():
        rows = [made.webbtidbok()[0], *([s, *row[1:]] for s, row in zip(spellings, wanted, strict=True))]
        said = {"kodsystem": system} if system else {}
        assert webb(made.write_csv(tmp_path / f"{system or 'namn'}.csv", rows), **said) == wanted, system


def test_region_codes_that_a_spreadsheet_made_numbers(tmp_path: Path) -> None:
    rows = [made.webbtidbok()[0], [9, 13, 12]]
    for system in ("scb", "kolada"):
        assert webb(made.write_xlsx(tmp_path / f"{system}.xlsx", rows), kodsystem=system) == [("Gotland", 13, 12)]


def test_municipality_codes_and_dates_of_a_spreadsheet(tmp_path: Path) -> None:
    rows = made.kommunenkat()
    book = openpyxl.Workbook()
    page = book.active
    assert page is not None
    for heading_or_answers in [rows[0], *([int(r[0]), date(2020, 1, 15), *r[2:]] for r in rows[1:])]:
        page.append(heading_or_answers)
    book.save(tmp_path / "fil.xlsx")
    found = typed("kommunenkat", tmp_path / "fil.xlsx", {}, "kommun_kod, svarsdatum, f3_dietist")
    assert found == [(kod, date(2020, 1, 15), "finns_ej") for kod in made.SURVEYED]


@pytest.mark.parametrize(
    "drift", [str.upper, str.title, lambda s: f" {s} ", lambda s: s.replace("ö", "o").replace(" ", "_")]
)
def test_answers_in_any_case(tmp_path: Path, drift: Callable[[str], str]) -> None:
    heading, *body = made.kommunenkat()
    path = made.write_csv(
        tmp_path / "fil.csv", [[drift(h) for h in heading], *([*r[:2], *map(drift, r[2:14]), *r[14:]] for r in body)]
    )
    columns = ", ".join(made.SURVEY_COLUMNS[2:14])
    answers = (
        "ja",
        "nej",
        "ja",
        "nej",
        "nej",
        "ja",
        "brist",
        "balans",
        "overskott",
        "vet_inte",
        "finns_ej",
        "finns_ej",
    )
    assert typed("kommunenkat", path, {}, columns) == [answers] * len(made.SURVEYED)


def test_a_formula_counts_as_its_saved_value(tmp_path: Path) -> None:
    import xlsxwriter

    with xlsxwriter.Workbook(tmp_path / "fil.xlsx") as book:
        page = book.add_worksheet("Svar")
        for i, row in enumerate(made.webbtidbok()):
            page.write_row(i, 0, row)
        page.write_formula(2, 1, "=80+5", None, 85)
    assert webb(tmp_path / "fil.xlsx") == PRINTED
    work = tmp_path / "igen"
    work.mkdir()
    verdict = door.judge(all_sources()["webbtidbok"], tmp_path / "fil.xlsx", sidecar.Sidofil(period="2020-03"), work)
    assert [(a.blad, a.rad, a.kolumn, a.hittat, a.meddelande) for a in verdict.anmarkningar] == [
        ("Svar", 3, "B", "=80+5", "Cellen innehåller en formel. Det senast sparade värdet har lästs.")
    ]


def test_decimal_numbers() -> None:
    """Comma or point, blanks for thousands, a minus that is a dash; anything else is an error and never a guess."""
    spec = Format.model_validate(
        {
            "format": "prov",
            "kalla": "prov",
            "beskrivning": "Prov",
            "galler_fran": "2020-01-01",
            "respondent": "ingen",
            "period": {},
            "ratabeller": [],
            "kolumner": [{"namn": "tal", "rubrik": "Tal", "typ": "decimal"}],
        }
    )
    cells = ["1,5", "1.5", "1 234,5", "\u22120,25", "12", "1,2,3", "1e5", "ca 3"]
    with duckdb.connect() as con:
        typing_sql.load_aliases(con)
        con.execute("create table inlast (_nr bigint, _blad varchar, _rad bigint, tal varchar)")
        con.executemany("insert into inlast values (?, null, ?, ?)", [[i, i, c] for i, c in enumerate(cells)])
        typing_sql.type_rows(con, spec, {"tal"}, None)
        rows = con.execute("select tal, len(_fel) from tolkad order by _nr").fetchall()
    assert rows == [(1.5, 0), (1.5, 0), (1234.5, 0), (-0.25, 0), (12.0, 0), (None, 1), (None, 1), (None, 1)]
