"""The finished workbook against the checklist for accessible spreadsheets, read back with another library."""

from __future__ import annotations

import re
from collections.abc import Callable
from zipfile import ZipFile

import openpyxl
import pytest
from openpyxl.workbook import Workbook
from openpyxl.worksheet.table import Table
from openpyxl.worksheet.worksheet import Worksheet

from dagster_project.release import catalogue
from dagster_project.release.releases import Release

MARK = re.compile(r"\[([a-z])\]")
NOTE = re.compile(r"\[not (\d+)\]")
TABLES = [table.blad for table in catalogue.load(2020).part("publik").tabeller]
#: The row of the header of every table.
HEADER = 6
#: The headings of measures under the labels of a column: they belong together and stand whatever is in them.
PIVOTED = {
    heading
    for table in catalogue.load(2020).part("publik").tabeller
    if table.pivot
    for label in (table.column(table.pivot.kolumn).etiketter or {}).values()
    for measure in table.pivot.matt
    for heading in (label, f"{label} ({table.column(measure).enhet})", f"{label}, {table.column(measure).heading}")
}


@pytest.fixture(scope="module")
def book(published: Release) -> Workbook:
    return openpyxl.load_workbook(published.workbook)


@pytest.fixture(scope="module")
def filled(book: Workbook) -> list[str]:
    """The sheets whose tables have rows in the build of conftest; the others say why they have none."""
    names = [name for name in TABLES if book[name].tables]
    assert {"Tabell 1", "Figur 5", "Tabell 2", "Tabell 3", "Svarsfrekvens"} <= set(names)
    return names


def only_table(sheet: Worksheet) -> Table:
    (table,) = sheet.tables.values()
    return table


def texts(sheet: Worksheet) -> list[str]:
    return [str(cell.value) for row in sheet.iter_rows() for cell in row if cell.value is not None]


def test_cover_contents_notes_and_then_one_sheet_per_table(book: Workbook) -> None:
    assert book.sheetnames == ["Om statistiken", "Innehåll", "Noter", *TABLES]
    assert book.active.title == "Om statistiken"
    contents = book["Innehåll"]
    links = {
        cell.value: cell.hyperlink.location for (cell,) in contents.iter_rows(min_row=3, max_col=1) if cell.hyperlink
    }
    assert links == {name: f"'{name}'!A1" for name in TABLES}


def test_title_author_and_language_are_set(book: Workbook) -> None:
    properties = book.properties
    assert properties.title == "Uppföljning av omställningen till en mer nära vård 2020"
    assert properties.subject == "Tabeller, utgåva 2020.1"
    assert properties.creator == "Socialstyrelsen"
    assert properties.language == "sv-SE"
    assert properties.created.isoformat().startswith("2021-06-30T00:00:00"), "the day of the report, not the clock"


@pytest.mark.parametrize("name", ["Innehåll", "Noter", *TABLES])
def test_a_sheet_holds_one_real_table_with_one_header_row_and_nothing_after_it(
    book: Workbook, filled: list[str], name: str
) -> None:
    sheet = book[name]
    if name in TABLES and name not in filled:
        assert re.search(
            r"Tabellen saknar uppgifter|Inga uppgifter har kommit in|Uppgift saknas för", sheet["A4"].value
        )
        return
    table = only_table(sheet)
    first, last = table.ref.split(":")
    top, header = sheet[first], [cell.value for cell in sheet[sheet[first].row]]
    assert top.column == 1
    assert name not in TABLES or top.row == HEADER
    assert sheet[last].row == sheet.max_row
    assert sheet[last].column == sheet.max_column
    assert table.headerRowCount == 1
    assert header == [column.name for column in table.tableColumns]
    assert all(header)
    assert len(set(header)) == len(header)
    assert table.autoFilter is None
    assert not table.tableStyleInfo.showRowStripes
    for row in range(1, top.row):
        assert sheet.cell(row, 1).value, "no blank rows above the table"
        assert all(sheet.cell(row, column).value is None for column in range(2, sheet.max_column + 1))
    for row in range(top.row, sheet.max_row + 1):
        assert any(cell.value is not None for cell in sheet[row]), "no blank rows in the table"


def test_nothing_is_merged_frozen_hidden_or_filled_and_the_cursor_stands_in_a1(book: Workbook) -> None:
    for sheet in book.worksheets:
        assert sheet["A1"].value
        assert not sheet.merged_cells.ranges
        assert sheet.freeze_panes is None
        assert sheet.auto_filter.ref is None
        assert sheet.sheet_state == "visible"
        assert sheet.sheet_view.selection[0].activeCell == "A1"
        assert not any(dimension.hidden for dimension in sheet.row_dimensions.values())
        for row in sheet.iter_rows():
            for cell in row:
                assert cell.fill.fill_type is None
                above = sheet.title in TABLES and cell.row < HEADER
                assert cell.data_type != "s" or cell.hyperlink or cell.alignment.wrap_text != above, cell.coordinate
                assert cell.data_type != "f"


def test_numbers_are_numbers_and_their_headings_carry_the_unit(book: Workbook, filled: list[str]) -> None:
    numeric = 0
    for name in filled:
        sheet = book[name]
        first, last = only_table(sheet).ref.split(":")
        for column in range(1, sheet[last].column + 1):
            values = [sheet.cell(row, column).value for row in range(sheet[first].row + 1, sheet[last].row + 1)]
            if any(isinstance(value, int | float) for value in values):
                numeric += 1
                heading = NOTE.sub("", sheet.cell(sheet[first].row, column).value).strip()
                assert re.search(r"\(.+\)$", heading), f"{name}: {heading} has no unit"
                odd = [
                    v
                    for v in values
                    if not isinstance(v, int | float) and not (isinstance(v, str) and MARK.fullmatch(v))
                ]
                assert not odd, f"{name}: {heading}: {odd}"
    assert numeric >= 25


def test_every_note_and_reservation_is_listed_with_the_sheets_that_it_concerns(book: Workbook) -> None:
    rows = [[cell.value for cell in row] for row in book["Noter"].iter_rows(min_row=3)]
    listed = {m[1]: set(sheets.split(", ")) for mark, _, sheets in rows if (m := NOTE.fullmatch(mark))}
    used: dict[str, set[str]] = {}
    for name in TABLES:
        sheet = book[name]
        header = [cell.value for row in sheet.iter_rows(min_row=HEADER) for cell in row if isinstance(cell.value, str)]
        for number in NOTE.findall(" ".join([sheet["A1"].value, *header])):
            used.setdefault(number, set()).add(name)
    assert used.keys() <= listed.keys()
    assert all(sheets <= listed[number] for number, sheets in used.items())
    assert used, "the 2020 report has notes"
    told = {text for mark, text, _ in rows if mark == "Förbehåll"}
    for name in TABLES:
        for text in re.findall(r"Förbehåll: (.+?\.)(?= |$)", book[name]["A4"].value):
            assert any(each.startswith(text) for each in told), text
    assert len(told) > 3


def test_every_mark_is_explained_on_its_sheet_and_on_the_cover(book: Workbook, filled: list[str]) -> None:
    cover = {m[1] for text in texts(book["Om statistiken"]) if (m := re.match(r"\[([a-z])\] \w", text))}
    assert cover == {"p", "b", "c", "u", "x", "z", "r"}
    marked = 0
    for name in filled:
        sheet = book[name]
        used = {m for row in sheet.iter_rows(min_row=HEADER + 1) for c in row for m in MARK.findall(str(c.value))}
        assert used == set(re.findall(r"\[([a-z])\] ", sheet["A4"].value)), name
        marked += len(used)
    assert marked, "the response rates have a mark"


def test_a_sheet_leads_back_and_its_columns_are_as_wide_as_what_stands_in_them(
    book: Workbook, filled: list[str]
) -> None:
    for name in TABLES:
        assert book[name].cell(HEADER - 1, 1).hyperlink.location == "'Innehåll'!A1", name
    for name in filled:
        sheet = book[name]
        for column in sheet.iter_cols(min_row=HEADER):
            words = str(column[0].value).split()
            longest = max(len(str(c.value)) for c in column[1:] if c.value is not None)
            place = column[0].column
            (width,) = [d.width for d in sheet.column_dimensions.values() if d.min <= place <= d.max]
            assert max(map(len, words)) < width <= 51, (name, column[0].value)
            assert width <= max(longest, *map(len, words)) + 10, (name, column[0].value, width)


def test_numbers_and_their_marks_stand_to_the_right_and_no_column_says_the_same_in_all_rows(
    book: Workbook, filled: list[str]
) -> None:
    for name in filled:
        differ = [c for c in book[name].iter_cols(min_row=HEADER) if len({str(cell.value) for cell in c[1:]}) > 1]
        for column in book[name].iter_cols(min_row=HEADER):
            values = [cell.value for cell in column[1:]]
            if any(isinstance(value, int | float) for value in values):
                marks = [cell for cell in column if isinstance(cell.value, str)]
                assert {cell.alignment.horizontal for cell in marks} == {"right"}, (name, column[0].value)
            assert any(value is not None for value in values) or name.startswith(("Tabell", "Figur")), column[0].value
            numbered = name.startswith(("Tabell", "Figur"))
            if len(differ) > 1 and not numbered and NOTE.sub("", column[0].value).strip() not in PIVOTED:
                assert len(set(map(str, values))) > 1, (name, column[0].value)


def test_each_table_carries_title_subtitle_source_and_reservations(book: Workbook) -> None:
    sheet = book["Tabell 2"]
    lines = [sheet.cell(row, 1).value for row in range(1, 5)]
    assert lines[0] == "Tabell 2. Mottagningar med webbtidbok"
    assert lines[1] == "Antal mottagningar per region med webbtidbok, mars 2020"
    assert lines[2] == "Källa: Inera"
    assert lines[3].startswith("Förbehåll: Socialstyrelsen saknar uppgift om hur många mottagningar")
    assert not any("andel" in text.lower() for text in texts(sheet) if not text.startswith("Förbehåll"))
    assert any("summerar till 100 procent" in text for text in texts(book["Tabell 3"]))
    halves = [c.value for c in book["Tabell 3"]["I"] if isinstance(c.value, float)]
    assert halves == [0.5], "printed 0,5 is kept as the number it is"


def test_cover_names_year_release_sources_and_collection_windows(book: Workbook) -> None:
    lines = texts(book["Om statistiken"])
    assert any("rapporteringsår 2020. Utgåva 2020.1." in line for line in lines)
    assert "Rapportens underlag samlades in 2019-10-01 till 2020-04-30." in lines  # 002 L208–209
    assert "Bygger på leveranser som kommit in till och med 2021-06-30, utgåvans brytdag." in lines
    assert "Vad som är sent, saknas eller ännu inte har förfallit är bedömt per 2021-06-30." in lines
    assert any("Insamlad 2019-12-16 till 2020-01-27" in line for line in lines)
    assert any("Avser mars 2020" in line for line in lines)


@pytest.mark.usefixtures("only_tables")
def test_a_table_without_figures_says_why_on_its_sheet_and_on_the_cover(release_of: Callable[..., Release]) -> None:
    release = release_of(held={"webbtidbok": "Region Gotland har lämnat dubbla rader."})
    book = openpyxl.load_workbook(release.workbook)
    assert not book["Tabell 2"].tables
    message = "Tabellen saknar uppgifter i denna utgåva. Region Gotland har lämnat dubbla rader."
    assert book["Tabell 2"]["A4"].value.endswith(message)
    assert f"Tabell 2: {message}" in texts(book["Om statistiken"])


def test_no_clock_is_in_the_file(published: Release) -> None:
    """That the same input gives the same bytes is shown of every file of a release in `test_road_again`."""
    with ZipFile(published.workbook) as archive:
        assert {entry.date_time for entry in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
