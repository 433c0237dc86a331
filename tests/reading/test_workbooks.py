"""Workbooks as a reader sees them: what is hidden, broken, merged or in percent, and what is too large to open."""

from __future__ import annotations

import contextlib
import io
import time
import zipfile
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import openpyxl
import pytest
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont

from dagster_project.reading import files, workbooks
from dagster_project.reading.findings import Avvisad
from dagster_project.reading.sheets import Blad

Change = Callable[[openpyxl.Workbook], object]
ROWS = [["Region", "Visa tid", "Boka tid"], ["Blekinge", 23, 12], ["Dalarna", 85, 59], ["Gotland", 13, 12]]


def workbook(*changes: Change) -> bytes:
    book = openpyxl.Workbook()
    page = book.active
    assert page is not None
    page.title = "Svar"
    for row in ROWS:
        page.append(row)
    for change in changes:
        change(book)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def read(*changes: Change) -> list[Blad]:
    return files.read(Path("fil.xlsx"), workbook(*changes))


def remarks(sheet: Blad) -> list[tuple[str, int | None, str | None]]:
    return [(a.kod, a.rad, a.kolumn) for a in sheet.anmarkningar]


def test_a_plain_workbook() -> None:
    (sheet,) = read()
    assert [cells for _, cells in sheet.rader] == [[str(v) for v in row] for row in ROWS]
    assert sheet.anmarkningar == []


@pytest.mark.parametrize("error", ["#N/A", "#REF!", "#DIV/0!"])
def test_an_error_value_is_what_the_cell_says(error: str) -> None:
    (sheet,) = read(lambda book: book["Svar"].__setitem__("B3", error))
    assert sheet.rader[2] == (3, ["Dalarna", error, "59"])
    (sheet,) = read(
        lambda book: book["Svar"].__setitem__("C4", error), lambda book: book["Svar"].__setitem__("E9", error)
    )
    assert (sheet.rader[3][1][2], sheet.rader[8][1][4]) == (error, error)


def test_what_is_hidden_is_not_read_and_it_is_said() -> None:
    def hide(book: openpyxl.Workbook) -> None:
        draft = book.create_sheet("Utkast")
        draft.append(["Region", "Visa tid", "Boka tid"])
        draft.sheet_state = "hidden"
        book["Svar"].row_dimensions[3].hidden = True
        book["Svar"].column_dimensions["C"].hidden = True

    (sheet,) = read(hide)
    assert sheet.namn == "Svar"
    assert sheet.rader == [(1, ["Region", "Visa tid", ""]), (2, ["Blekinge", "23", ""]), (4, ["Gotland", "13", ""])]
    assert remarks(sheet) == [("dolt_blad", None, None), ("dolda_rader", 3, None), ("dold_kolumn", None, "C")]


def test_percent_is_told_from_a_fraction_by_the_format_of_the_cell() -> None:
    def percent(book: openpyxl.Workbook) -> None:
        page = book["Svar"]
        for row, value, shape in ((2, 0.172, "0.0%"), (3, 0.172, "0.000"), (4, 1, "0%")):
            page.cell(row, 2, value).number_format = shape

    (sheet,) = read(percent)
    assert [cells[1] for _, cells in sheet.rader[1:]] == ["17.2 %", "0.1720", "100 %"]


def test_a_raised_figure_is_a_note_mark() -> None:
    def raise_it(book: openpyxl.Workbook) -> None:
        book["Svar"]["B2"] = CellRichText("23", TextBlock(InlineFont(vertAlign="superscript"), "1"))

    (sheet,) = read(raise_it)
    assert sheet.rader[1][1][1] == "23¹"


def test_cells_under_a_merged_number_are_marked_and_headings_are_not() -> None:
    (sheet,) = read(lambda book: book["Svar"].merge_cells("B2:B3"), lambda book: book["Svar"].merge_cells("D1:E1"))
    assert [cells[1] for _, cells in sheet.rader] == ["Visa tid", "23", workbooks.MERGED, "13"]
    assert all(cell != workbooks.MERGED for cell in sheet.rader[0][1])


def test_formulas_without_a_saved_value_also_beside_the_table() -> None:
    def formulas(book: openpyxl.Workbook) -> None:
        book["Svar"]["B3"] = "=80+5"
        book["Svar"]["H9"] = "=SUM(B2:B4)"
        for row in (2, 3, 4):
            book["Svar"].cell(row, 5, "=1+1")

    (sheet,) = read(formulas)
    assert remarks(sheet) == [("formel", 2, "E"), ("formel", 3, "B"), ("formel", 9, "H")]
    assert [a.hittat for a in sheet.anmarkningar] == ["=1+1", "=80+5", "=SUM(B2:B4)"]
    assert sheet.anmarkningar[0].meddelande.startswith("3 celler")


def test_days_in_a_workbook_of_1904() -> None:
    def old(book: openpyxl.Workbook) -> None:
        book.epoch = openpyxl.utils.datetime.CALENDAR_MAC_1904
        book["Svar"]["D2"] = date(2020, 3, 31)

    (sheet,) = read(old)
    assert sheet.rader[1][1][3] == "2020-03-31"


def test_numbers_are_never_written_with_an_exponent() -> None:
    values = [1.5e19, 1e-7, 17.234, 1e20, -0.0]
    (sheet,) = read(lambda book: book["Svar"].append(values))
    assert sheet.rader[4][1] == ["15" + "0" * 18, "0.0000001", "17.2340", "1" + "0" * 20, "0"]


# --- what cannot be opened ------------------------------------------------------------------------------------------------

PARTS = {
    "[Content_Types].xml": '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="xml" ContentType="application/xml"/></Types>',
    "_rels/.rels": '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" '
    'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>',
    "xl/workbook.xml": '<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" '
    'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships">'
    '<sheets><sheet name="Svar" sheetId="1" r:id="r1"/></sheets></workbook>',
    "xl/_rels/workbook.xml.rels": '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship '
    'Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/></Relationships>',
}


def made_of(pieces: Iterator[bytes]) -> bytes:
    """A workbook whose only sheet holds ``pieces``."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in PARTS.items():
            archive.writestr(name, content)
        with archive.open("xl/worksheets/sheet1.xml", "w") as part:
            part.write(b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>')
            for piece in pieces:
                part.write(piece)
            part.write(b"</sheetData></worksheet>")
    return stream.getvalue()


def cell(ref: str, value: str) -> bytes:
    return f'<c r="{ref}" t="inlineStr"><is><t>{value}</t></is></c>'.encode()


def far(ref: str, row: int) -> Iterator[bytes]:
    yield b'<row r="1">' + cell("A1", "Region") + cell("B1", "Visa tid") + b"</row>"
    yield f'<row r="{row}">'.encode() + cell(ref, "x") + b"</row>"


def one_great_cell() -> Iterator[bytes]:
    yield b'<row r="1"><c r="A1" t="inlineStr"><is><t>'
    yield from (b"a" * (1 << 20) for _ in range(200))
    yield b"</t></is></c></row>"


def one_wide_row() -> Iterator[bytes]:
    yield b"<row>"
    yield from (b"<c><v>1</v></c>" * 1000 for _ in range(100))
    yield b"</row>"


@pytest.mark.parametrize(
    ("pieces", "kod", "last"),
    [
        (far("XFD1048576", 1048576), "for_manga_celler", "XFD1048576"),
        (far("A1048576", 1048576), "for_manga_celler", "A1048576"),
        (far("ZZ60000", 60000), "for_manga_celler", "ZZ60000"),
        (one_great_cell(), "for_stor", None),
        (one_wide_row(), "for_manga_celler", None),
    ],
)
def test_a_bomb_is_told_within_seconds(pieces: Iterator[bytes], kod: str, last: str | None) -> None:
    data = made_of(pieces)
    began = time.process_time()
    with pytest.raises(Avvisad) as refusal:
        files.read(Path("fil.xlsx"), data)
    assert time.process_time() - began < 5
    assert [(a.kod, a.hittat) for a in refusal.value.anmarkningar] == [(kod, last)]


def test_empty_cells_that_only_have_a_format_do_not_count() -> None:
    def styled() -> Iterator[bytes]:
        yield b'<row r="1">' + cell("A1", "Region") + cell("B1", "Visa tid") + b"</row>"
        yield from (f'<row r="{i}"><c r="B{i}" s="0"/></row>'.encode() for i in range(2, 50_000))

    (sheet,) = files.read(Path("fil.xlsx"), made_of(styled()))
    assert sheet.rader[0] == (1, ["Region", "Visa tid"])
    assert not any(any(cells) for _, cells in sheet.rader[1:])


@pytest.mark.parametrize(
    ("data", "kod"),
    [
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "trasig_fil"),
        (b"Region;Visa tid\n", "fel_filandelse"),
        (b"%PDF-1.4", "fel_filandelse"),
        (workbook()[:3000], "trasig_fil"),
        (workbook().replace(b"PK\x01\x02", b"PK\x01\x03"), "trasig_fil"),
        (made_of(iter([b"<row r='1'><c r='A1'><v>1</v>"])), "trasig_fil"),
    ],
)
def test_what_is_no_workbook_is_told(data: bytes, kod: str) -> None:
    with pytest.raises(Avvisad) as refusal:
        files.read(Path("fil.xlsx"), data)
    assert [a.kod for a in refusal.value.anmarkningar] == [kod]
    assert all(a.hittat is None or a.hittat.isprintable() for a in refusal.value.anmarkningar)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_a_workbook_with_words_of_its_own_is_told(encoding: str) -> None:
    """A reader leaves them out, so that a cell with 170 in it would be blank."""
    old = workbook()
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(old)) as box, zipfile.ZipFile(out, "w") as new:
        for name in box.namelist():
            part = box.read(name)
            if name == "xl/worksheets/sheet1.xml":
                sheet = part.decode().split("?>", 1)[-1].replace("<v>23</v>", "<v>&ord;23</v>")
                head = (
                    f'<?xml version="1.0" encoding="{encoding}"?><!-- {"x" * 3000} --><!DOCTYPE a [<!ENTITY ord "1">]>'
                )
                part = (head + sheet).encode(encoding)
            new.writestr(name, part)
    with pytest.raises(Avvisad) as refusal:
        workbooks.read(out.getvalue())
    assert [a.kod for a in refusal.value.anmarkningar] == ["trasig_fil"]


def test_a_workbook_damaged_anywhere_is_read_or_told() -> None:
    data = workbook()
    for at in range(0, len(data), 61):
        with contextlib.suppress(Avvisad):
            files.read(Path("fil.xlsx"), data[:at] + bytes([data[at] ^ 0xFF]) + data[at + 1 :])
