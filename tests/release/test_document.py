"""The Word document, read back with python-docx, and the same values in every channel."""

from __future__ import annotations

import csv
import re
from collections.abc import Callable
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import docx
import duckdb
import openpyxl
import printed_tables
import pytest
from docx.document import Document
from docx.oxml.ns import qn
from docx.table import Table

from dagster_project import rapporter
from dagster_project.release import catalogue, csvfiles, document, tables, workbook
from dagster_project.release.tables import PublishedTable, printed

Golden = Callable[[str], list[dict[str, str]]]
NOTE = re.compile(r" ?\[not \d+\]")
MARK = re.compile(r"\[[a-z]\]")
PAIR = re.compile(r"(\S+) \((\S+)\)")
SPACE = "\N{NO-BREAK SPACE}"


@dataclass(frozen=True)
class Channels:
    """The same tables as document, workbook and csv files."""

    tables: list[PublishedTable]
    folder: Path

    @property
    def document(self) -> Document:
        return docx.Document(str(self.folder / "tabeller.docx"))

    def grids(self) -> dict[str, Table]:
        """The Word table of each catalogue record that has rows, not more than a document takes, and its place there."""
        filled = [
            table.spec.id for table in self.tables if table.spec.i_dokumentet and 0 < len(printed(table).rows) <= 40
        ]
        return dict(zip(filled, self.document.tables, strict=True))


def _write(folder: Path, built: Path) -> Channels:
    edition = catalogue.load(2020).part("publik")
    with printed_tables.frozen(built) as (con, standing):
        published = tables.build_all(con, edition, standing)
        cover = workbook.Cover("2020.1", rapporter.of(2020), tables.sources(con, edition.tabeller))
    document.write(folder, cover, edition, published)
    workbook.write(folder / "tabeller.xlsx", cover, edition, published)
    csvfiles.write(folder / "csv", published)
    return Channels(published, folder)


@pytest.fixture(scope="module")
def channels(built_db: Path, tmp_path_factory: pytest.TempPathFactory) -> Channels:
    return _write(tmp_path_factory.mktemp("kanaler"), built_db)


def _texts(channels: Channels, style: str) -> list[str]:
    return [p.text for p in channels.document.paragraphs if p.style is not None and p.style.name == style]


def _below_the_lists(channels: Channels) -> list[str]:
    paragraphs = channels.document.paragraphs
    return [p.text for p in paragraphs if p.style is not None and not p.style.name.startswith("toc")]


def _cell(cell: Any) -> str:
    """The text of a cell without its raised note numbers."""
    return "".join(run.text for run in cell.paragraphs[0].runs if not run.font.superscript)


def _number(text: str) -> float:
    return float(text.replace(SPACE, "").replace(",", ".").replace("\N{MINUS SIGN}", "-"))


def test_a_table_of_the_document_has_one_repeated_header_row_and_whole_rows(channels: Channels) -> None:
    assert len(channels.grids()) >= 8
    for name, grid in channels.grids().items():
        header = [row._tr.find(qn("w:trPr")).find(qn("w:tblHeader")) is not None for row in grid.rows]
        assert header == [True] + [False] * (len(grid.rows) - 1), name
        assert all(row._tr.find(qn("w:trPr")).find(qn("w:cantSplit")) is not None for row in grid.rows)
        assert not grid._tbl.xpath(".//w:gridSpan | .//w:vMerge"), "nothing is merged"
        assert all(cell.text for cell in grid.rows[0].cells)


def test_captions_are_fields_that_give_the_catalogues_numbers_and_are_listed(channels: Channels) -> None:
    captions = {
        "".join(run.text for run in p.runs if not run.font.superscript): p
        for p in channels.document.paragraphs
        if p.style is not None and p.style.name == "Caption"
    }
    headings = [table.spec.heading for table in channels.tables]
    assert [NOTE.sub("", text) for text in captions] == headings
    codes = {text: "".join(i.text for i in p._p.iter(qn("w:instrText"))).split() for text, p in captions.items()}
    assert codes["Tabell 2. Mottagningar med webbtidbok"] == ["SEQ", "Tabell", "\\*", "ARABIC", "\\r", "2"]
    assert codes["Figur 5. Beslut om samverkan mellan kommun och region"][:2] == ["SEQ", "Figur"]
    assert codes["Gemensam målbild för omställningen"] == ["SEQ", "Tabell", "\\h"]
    body = channels.document.element.body
    assert [text.rstrip("\t") for text in _texts(channels, "toc 2")] == headings
    links = [link.get(qn("w:anchor")) for link in body.iter(qn("w:hyperlink"))]
    assert links == [mark.get(qn("w:name")) for mark in body.iter(qn("w:bookmarkStart"))]
    pages = [i.text.split() for i in body.iter(qn("w:instrText")) if i.text.strip().startswith("PAGEREF")]
    assert [page[1] for page in pages] == links, "each has its page as a field"
    kinds = [mark.get(qn("w:fldCharType")) for mark in body.iter(qn("w:fldChar"))]
    assert kinds == ["begin", "separate", "end"] * (len(kinds) // 3), "every field is closed"


def test_tabell_3_is_printed_as_antal_procent_with_n(channels: Channels, golden: Golden) -> None:
    grid = channels.grids()["tabell_3"]
    rows = {_cell(row.cells[0]): [_cell(cell) for cell in row.cells[1:]] for row in grid.rows}
    order = ["brist", "balans", "overskott", "vet_inte", "finns_ej"]
    for name, parts in groupby(golden("tabell_3"), key=lambda row: row["yrke"]):
        by_option = {part["svarsalternativ"]: part for part in parts}
        cells = [(by_option[option]["antal"], by_option[option]["procent_tryckt"]) for option in order]
        cells_printed = [f"{antal} ({procent.replace('.', ',')})" for antal, procent in cells]
        assert rows[name] == [*cells_printed, by_option["brist"]["n"]]
    assert rows["Profession"][0] == "Brist, antal (procent)"
    assert rows["Sjuksköterska"][3] == "1 (0,5)"


def test_notes_are_raised_figures_that_are_explained_below(channels: Channels) -> None:
    grid = channels.grids()["tabell_3"]
    farmaceut = next(row.cells[0] for row in grid.rows if row.cells[0].text.startswith("Farmaceut"))
    (raised,) = [run.text for run in farmaceut.paragraphs[0].runs if run.font.superscript]
    below = [p for p in channels.document.paragraphs if p.style is not None and p.style.name == "Tabellnot"]
    explained = {p.runs[0].text: p.text for p in below if p.runs[0].font.superscript}
    assert "har inte svarat på frågan om farmaceuter" in explained[raised]
    assert "[not" not in "".join(p.text for p in channels.document.paragraphs)


def test_source_and_reservations_follow_every_table(channels: Channels) -> None:
    paragraphs = _below_the_lists(channels)
    assert [text for text in paragraphs if text.startswith("Källa: ")] == [
        f"Källa: {table.spec.kalla}" for table in channels.tables
    ]
    start = paragraphs.index("Tabell 2. Mottagningar med webbtidbok")
    assert paragraphs[start + 1] == "Antal mottagningar per region med webbtidbok, mars 2020"
    assert paragraphs[start + 2] == "Källa: Inera"
    assert paragraphs[start + 3].startswith("Förbehåll: Socialstyrelsen saknar uppgift om hur många mottagningar")


def test_language_title_author_and_time_are_set_and_no_clock_is_read(channels: Channels) -> None:
    """That the same input gives the same bytes is shown of every file of a release in `test_road_again`."""
    properties = channels.document.core_properties
    assert properties.title == "Uppföljning av omställningen till en mer nära vård 2020"
    assert (properties.author, properties.last_modified_by) == ("Socialstyrelsen", "Socialstyrelsen")
    assert properties.language == "sv-SE"
    assert properties.created == properties.modified
    assert properties.created is not None
    assert properties.created.isoformat().startswith("2021-06-30T00:00:00")
    languages = {lang.get(qn("w:val")) for lang in channels.document.styles.element.iter(qn("w:lang"))}
    assert languages == {"sv-SE"}
    with ZipFile(channels.folder / "tabeller.docx") as archive:
        assert {entry.date_time for entry in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}


def test_a_table_without_rows_says_why(build_db: Path, tmp_path: Path) -> None:
    with duckdb.connect(str(build_db)) as con:
        con.execute("delete from mart.webbtidbok")
    with printed_tables.only("tabell_1", "tabell_2"):
        written = _write(tmp_path, build_db)
    assert "tabell_2" not in written.grids()
    paragraphs = _below_the_lists(written)
    start = paragraphs.index("Tabell 2. Mottagningar med webbtidbok")
    assert "Inga uppgifter har kommit in till tabellen." in paragraphs[start : start + 6]


def _sheet(book: openpyxl.Workbook, table: PublishedTable) -> tuple[list[str], list[list[Any]], list[list[str]]]:
    """Headings, values and number formats of the table on its sheet."""
    sheet = book[table.spec.blad]
    (found,) = sheet.tables.values()
    header, *rows = list(sheet[found.ref])
    headings = [NOTE.sub("", str(cell.value)) for cell in header]
    return headings, [[c.value for c in row] for row in rows], [[c.number_format for c in row] for row in rows]


def _same(text: str, value: Any, shown: str) -> bool:
    """Whether print shows the workbook's value, to the decimals of the workbook's own format."""
    if value is None or isinstance(value, str):
        return text == (value or "")
    decimals = len(shown.partition(".")[2]) if shown.startswith("#") else 9
    return abs(_number(text) - value) <= 0.5 * 10**-decimals + 1e-9


def test_document_and_workbook_have_the_same_value_in_every_cell(channels: Channels) -> None:
    book = openpyxl.load_workbook(channels.folder / "tabeller.xlsx")
    compared = 0
    for table in channels.tables:
        if table.spec.id not in channels.grids():
            continue
        headings, values, formats = _sheet(book, table)
        header, *rows = [[_cell(cell) for cell in row.cells] for row in channels.grids()[table.spec.id].rows]
        kept = [n for n, heading in enumerate(headings) if heading != "Noter"]
        assert len(rows) == len(values)
        for row, numbers, shown in zip(rows, values, formats, strict=True):
            texts: list[str] = []
            for heading, text in zip(header, row, strict=True):
                pair = PAIR.fullmatch(text) if heading.endswith(", antal (procent)") else None
                texts += pair.groups() if pair else [text]
            for text, n in zip(texts, kept, strict=True):
                assert _same(text, numbers[n], shown[n]), (table.spec.id, headings[n], text, numbers[n])
                compared += 1
    assert compared > 350


def test_workbook_and_csv_have_the_same_value_in_every_cell(channels: Channels) -> None:
    book = openpyxl.load_workbook(channels.folder / "tabeller.xlsx")
    compared = 0
    for table in channels.tables:
        if table.spec.id not in channels.grids():
            continue
        spec = table.spec
        _, values, _ = _sheet(book, table)
        with (channels.folder / "csv" / f"{spec.id}.csv").open(encoding="utf-8", newline="") as stream:
            tidy = list(csv.DictReader(stream))
        groups = [list(rows) for _, rows in groupby(tidy, key=lambda row: [row[key] for key in spec.row_key])]
        assert len(groups) == len(values), spec.id
        for rows, sheet_row in zip(groups, values, strict=True):
            expected: list[str] = []
            for column in (column for column in table.columns if column.kolumn):
                labels = spec.column(str(column.kolumn)).etiketter or {}
                if spec.pivot and column.grupp:
                    options = spec.column(spec.pivot.kolumn).etiketter or {}
                    (row,) = [row for row in rows if options[row[spec.pivot.kolumn]] == column.grupp]
                    expected.append(row[str(column.kolumn)])
                else:
                    expected.append(labels.get(rows[0][str(column.kolumn)], rows[0][str(column.kolumn)]))
            for wanted, value in zip(expected, sheet_row, strict=False):
                if isinstance(value, int | float):
                    assert float(wanted) == value, spec.id
                else:
                    assert wanted == ("" if value is None or MARK.fullmatch(value) else value), spec.id
                compared += 1
    assert compared > 350


def test_no_channel_relates_boka_to_visa(channels: Channels) -> None:
    grid = channels.grids()["tabell_2"]
    assert [_cell(cell) for cell in grid.rows[0].cells] == [
        "Region",
        "Visa tid (antal mottagningar)",
        "Boka tid (antal mottagningar)",
    ]
    assert len(grid.rows) == 22, "21 regions and no total"
    header = (channels.folder / "csv" / "tabell_2.csv").read_text(encoding="utf-8").splitlines()[0]
    assert header == "period,region_kod,region,visa_tid,boka_tid,varde_status,pahittad"
