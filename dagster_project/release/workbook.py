"""The workbook: cover, contents, notes, then one accessible table per sheet.

Everything starts in A1, there is one header row and a real table object per sheet, nothing is merged, filtered or
frozen, numbers are numbers, units stand in the headings. A table begins on row 6: above it are title, subtitle, source, what must be known
of it in one line, and the way back to the contents; notes and reservations are listed, line by line, on a sheet of their own. The same
input gives the same bytes.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time
from io import BytesIO
from pathlib import Path
from textwrap import wrap
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

import xlsxwriter

from dagster_project.rapporter import Rapport
from dagster_project.release.catalogue import Catalogue
from dagster_project.release.database import MARK, MEANING
from dagster_project.release.manifest import DEMONSTRATION
from dagster_project.release.tables import PublishedColumn, PublishedTable, Source, remarks, shown, with_notes

LANGUAGE = "sv-SE"
AUTHOR = "Socialstyrelsen"
COVER, CONTENTS, NOTES = "Om statistiken", "Innehåll", "Noter"

_ZIP_TIME = (1980, 1, 1, 0, 0, 0)
#: Column widths in characters.
_NARROWEST, _WIDEST = 9, 50
#: A line of text in points.
_LINE = 15


@dataclass(frozen=True)
class Cover:
    """What the cover says about the release as a whole.

    :param sena: the sources with deliveries after the cut-off, and when these came: they are not used.
    :param pahittat: the sources with made-up deliveries, None where no row rests on one.
    :param intern: the tables are for those who work with the report, and not published.
    """

    utgava: str
    rapport: Rapport
    sources: Sequence[Source]
    sena: Sequence[str] = ()
    pahittat: Sequence[str] | None = None
    intern: bool = False

    @property
    def ar(self) -> int:
        return self.rapport.ar

    @property
    def when(self) -> datetime:
        """The day of the report, as files say when they were made: nothing is read from the clock."""
        return datetime.combine(self.rapport.rapportdatum, time())

    @property
    def basis(self) -> list[str]:
        """What the release is made of and at which day it is judged, a sentence each."""
        report = self.rapport
        said = []
        if report.insamling:
            said.append(f"Rapportens underlag samlades in {report.insamling[0]} till {report.insamling[1]}.")
        if report.brytdag:
            said.append(f"Bygger på leveranser som kommit in till och med {report.brytdag}, utgåvans brytdag.")
        else:
            said.append("Bygger på alla leveranser som kommit in; utgåvan har ingen brytdag.")
        if self.sena:
            said.append(f"Kom in efter brytdagen och är inte med: {'; '.join(self.sena)}.")
        return [*said, f"Vad som är sent, saknas eller ännu inte har förfallit är bedömt per {report.rapportdatum}."]

    @property
    def title(self) -> str:
        name = self.rapport.titel
        return name if self.pahittat is None else f"{DEMONSTRATION}: {name}"

    @property
    def warning(self) -> str | None:
        """What readers of a release with made-up rows must know."""
        if self.pahittat is None:
            return None
        came = f" Påhittade leveranser har kommit till: {'; '.join(self.pahittat)}." if self.pahittat else ""
        return f"{DEMONSTRATION}. Det som är märkt {MARK} {MEANING}.{came}"


def write(path: Path, cover: Cover, edition: Catalogue, tables: Sequence[PublishedTable]) -> None:
    """Write the workbook of a release."""
    stream = BytesIO()
    book = _Book(stream, cover)
    book.lines(COVER, _cover_lines(cover, edition, tables))
    book.contents(
        [
            (table.spec.blad, table.spec.heading, chapter, table.spec.kalla)
            for chapter, found in edition.by_chapter(tables)
            for table in found
        ]
    )
    book.notes(edition, tables)
    for table in tables:
        book.table(table, edition)
    book.close()
    # XlsxWriter cannot set the document language.
    language = b"<dc:language>" + LANGUAGE.encode() + b"</dc:language></cp:coreProperties>"
    path.write_bytes(
        without_clock(stream.getvalue(), {"docProps/core.xml": lambda c: c.replace(b"</cp:coreProperties>", language)})
    )


def _cover_lines(cover: Cover, edition: Catalogue, tables: Sequence[PublishedTable]) -> list[tuple[str, bool]]:
    """The lines of the cover, and which of them are headings."""
    lines = [
        (cover.title, True),
        (f"Tabeller ur Socialstyrelsens uppföljning, rapporteringsår {cover.ar}. Utgåva {cover.utgava}.", False),
    ]
    lines += [("Internt arbetsmaterial. Det som står här publiceras inte.", True)] if cover.intern else []
    lines += [(text, False) for text in cover.basis]
    lines += [(cover.warning, True)] if cover.warning else []
    lines.append((f"{len(tables)} tabeller, en per blad, är förtecknade på bladet {CONTENTS}.", False))
    if messages := [f"{table.spec.blad}: {table.meddelande}" for table in tables if table.meddelande]:
        lines += [("Tabeller med särskild status", True), *((message, False) for message in messages)]
    lines.append(("Datakällor", True))
    for source in cover.sources:
        lines += [(text, False) for text in source_lines(source)]
    lines.append(("Markeringar", True))
    lines += [(f"[{mark}] {text}", False) for mark, text in edition.markeringar.items()]
    lines.append(("[not 1], [not 2] och så vidare: se bladet " + NOTES, False))
    lines.append(("0 betyder noll. Ett värde som saknas skrivs aldrig som 0.", False))
    return lines


def source_lines(source: Source) -> list[str]:
    """A source in words: who delivers it, when it was collected, what it speaks of, and its reservation."""
    facts = [f"{source.namn}. Uppgiftslämnare: {source.leverantor}."]
    if source.insamling_fran and source.insamling_till:
        facts.append(f"Insamlad {source.insamling_fran:%Y-%m-%d} till {source.insamling_till:%Y-%m-%d}.")
    if source.referensperiod:
        facts.append(f"Avser {source.referensperiod}.")
    return [" ".join(facts), *([f"Förbehåll: {source.forbehall}"] if source.forbehall else [])]


def _lines_above(table: PublishedTable, edition: Catalogue) -> list[tuple[str, bool]]:
    """Title, subtitle, source and everything the reader must know before the figures."""
    spec = table.spec
    known = [text for text in remarks(edition, table) if not text.startswith("[not ")]
    if _has_blanks(table):
        known.append("En tom cell betyder att uppgift inte finns.")
    if spec.noter:
        known.append(f"Noter förklaras på bladet {NOTES}.")
    return [
        (with_notes(spec.heading, table.noter), True),
        (spec.undertitel, False),
        (f"Källa: {spec.kalla}", False),
        (" ".join(_sentence(text) for text in known) or "Uppgifterna har inga förbehåll.", False),
    ]


def _sentence(text: str) -> str:
    return text if text.endswith((".", "!", "?")) else f"{text}."


def _has_blanks(table: PublishedTable) -> bool:
    """Is there a cell without text or mark, where nothing says that it means something else?"""
    told = any("tom cell" in text.lower() for text in table.forbehall)
    columns = [n for n, column in enumerate(table.columns) if column.kolumn]
    return not told and any(row[n] is None for row in table.wide.itertuples(index=False) for n in columns)


class _Book:
    """A thin layer over XlsxWriter that keeps the rules of accessible sheets in one place."""

    def __init__(self, stream: BytesIO, cover: Cover) -> None:
        self.book = xlsxwriter.Workbook(stream, {"in_memory": True})
        self.book.set_properties(
            {
                "title": cover.title,
                "subject": f"Tabeller, utgåva {cover.utgava}",
                "author": AUTHOR,
                "company": AUTHOR,
                "keywords": "god och nära vård, uppföljning",
                "created": cover.when,
            }
        )
        self.text = self.book.add_format({"text_wrap": True, "valign": "top"})
        self.bold = self.book.add_format({"text_wrap": True, "valign": "top", "bold": True, "font_size": 14})
        # What stands above a table runs on to the right over the columns, which are as wide as their own content.
        self.above = self.book.add_format({"valign": "top"})
        self.title = self.book.add_format({"valign": "top", "bold": True, "font_size": 14})
        header = {"text_wrap": True, "valign": "top", "bold": True, "bottom": 1}
        self.header = self.book.add_format(header)
        self.header_of_numbers = self.book.add_format(header | {"align": "right"})
        self.mark = self.book.add_format({"valign": "top", "align": "right", "text_wrap": True})
        self.link = self.book.add_format({"underline": 1, "font_color": "#0563C1", "valign": "top"})
        self._numbers: dict[str, Any] = {}

    def close(self) -> None:
        self.book.close()

    def lines(self, name: str, lines: Sequence[tuple[str, bool]], width: int = 100) -> Any:
        """A new sheet that starts with these lines in column A."""
        sheet = self._sheet(name)
        sheet.set_column(0, 0, width)
        for row, (text, heading) in enumerate(lines):
            sheet.write_string(row, 0, text, self.bold if heading else self.text)
            sheet.set_row(row, _height([(text, width)], 19 if heading else _LINE))
        return sheet

    def _sheet(self, name: str) -> Any:
        sheet = self.book.add_worksheet(name)
        sheet.set_paper(9)
        sheet.set_landscape()
        sheet.fit_to_pages(1, 0)
        return sheet

    def contents(self, entries: Sequence[tuple[str, str, str, str]]) -> None:
        sheet = self.lines(CONTENTS, [(CONTENTS, True)], width=28)
        columns = [PublishedColumn(heading) for heading in ("Blad", "Titel", "Avsnitt", "Källa")]
        self._grid(sheet, 1, "innehall", CONTENTS, columns, entries)
        for row, (name, *_) in enumerate(entries, start=2):
            sheet.write_url(row, 0, f"internal:'{name}'!A1", self.link, name)

    def notes(self, edition: Catalogue, tables: Sequence[PublishedTable]) -> None:
        empty = [] if edition.noter else [("Utgåvan har inga noter.", False)]
        sheet = self.lines(NOTES, [(NOTES, True), *empty], width=14)
        rows = []
        for number, text in enumerate(edition.noter, start=1):
            sheets = [table.spec.blad for table in tables if any(note.text == text for note in table.spec.noter)]
            rows.append((f"[not {number}]", text, ", ".join(sheets)))
        for text in dict.fromkeys(text for table in tables for text in table.forbehall):
            sheets = [table.spec.blad for table in tables if text in table.forbehall]
            rows.append(("Förbehåll", text, ", ".join(sheets)))
        columns = [PublishedColumn("Not"), PublishedColumn("Text"), PublishedColumn("Gäller")]
        self._grid(sheet, 1, "noter", NOTES, columns, rows)

    def table(self, table: PublishedTable, edition: Catalogue) -> None:
        lines = _lines_above(table, edition)
        sheet = self._sheet(table.spec.blad)
        for row, (text, heading) in enumerate(lines):
            sheet.write_string(row, 0, text, self.title if heading else self.above)
        sheet.write_url(len(lines), 0, f"internal:'{CONTENTS}'!A1", self.link, f"Till bladet {CONTENTS}")
        rows = list(table.wide.itertuples(index=False))
        self._grid(sheet, len(lines) + 1, table.spec.id, table.spec.heading, table.columns, rows)

    def _grid(
        self,
        sheet: Any,
        top: int,
        name: str,
        title: str,
        columns: Sequence[PublishedColumn],
        rows: Sequence[Sequence[Any]],
    ) -> None:
        """A table object with one header row at row ``top``; nothing where there are no rows."""
        if not rows:
            return
        headings = [with_notes(column.heading, column.noter) for column in columns]
        sheet.add_table(
            top,
            0,
            top + len(rows),
            len(columns) - 1,
            {
                "name": name,
                "title": title,
                "autofilter": False,
                "banded_rows": False,
                "style": "Table Style Light 1",
                "columns": [
                    {"header": heading, "header_format": self.header_of_numbers if column.numeric else self.header}
                    for heading, column in zip(headings, columns, strict=True)
                ],
            },
        )
        values = [[row[number] for row in rows] for number in range(len(columns))]
        widths = [
            _width(heading, column, cells) for heading, column, cells in zip(headings, columns, values, strict=True)
        ]
        for number, cells in enumerate([headings, *rows]):
            sheet.set_row(top + number, _height(list(zip((str(c or "") for c in cells), widths, strict=True))))
        for number, (column, cells) in enumerate(zip(columns, values, strict=True)):
            sheet.set_column(number, number, widths[number])
            form = self._number(column.decimaler, cells)
            for row, value in enumerate(cells, start=top + 1):
                if value is None:
                    sheet.write_blank(row, number, None, self.text)
                elif isinstance(value, str):
                    sheet.write_string(row, number, value, self.mark if column.numeric else self.text)
                else:
                    sheet.write_number(row, number, value, form)

    def _number(self, decimals: int | None, values: Sequence[Any]) -> Any:
        """The cell format of the numbers of a column: with a fixed number of decimals and grouped by the locale; of those that are held as
        they are printed, whole ones (a year is not grouped) and halves below one."""
        if decimals is not None:
            form = "#,##0" + ("." + "0" * decimals if decimals else "")
        else:
            whole = all(isinstance(value, str) or value is None or value == int(value) for value in values)
            form = "0" if whole else "[=0]0;[<1]0.0;0"
        if form not in self._numbers:
            self._numbers[form] = self.book.add_format({"num_format": form, "valign": "top"})
        return self._numbers[form]


def _width(heading: str, column: PublishedColumn, values: Sequence[Any]) -> int:
    """Wide enough for the longest word of the heading and for numbers and short texts; long texts wrap."""
    texts = [shown(value, column.decimaler) for value in values if value is not None]
    longest = max((len(text) for text in [*heading.split(), *texts]), default=0)
    return min(max(longest + 2, _NARROWEST), _WIDEST)


def _height(cells: Sequence[tuple[str, float]], line: float = _LINE) -> float:
    """A row's height in points for (text, column width) pairs: XlsxWriter leaves the fitting of wrapped rows to the reader."""
    return line * max((len(wrap(text, max(int(width * 0.95), 1))) or 1) for text, width in cells)


def without_clock(
    content: bytes, edits: Mapping[str, Callable[[bytes], bytes]] | None = None, left_out: Container[str] = ()
) -> bytes:
    """An Office file with all times of packing set to the same, and some of its parts edited or left out."""
    stream = BytesIO()
    with ZipFile(BytesIO(content)) as before, ZipFile(stream, "w", ZIP_DEFLATED) as after:
        for name in before.namelist():
            if name not in left_out:
                data = before.read(name)
                _pack(after, name, edits[name](data) if edits and name in edits else data)
    return stream.getvalue()


def with_parts(content: bytes, parts: Mapping[str, bytes]) -> bytes:
    """An Office file with more parts, packed last. Those that it has are not packed again."""
    stream = BytesIO(content)
    with ZipFile(stream, "a") as archive:
        for name, data in parts.items():
            _pack(archive, name, data)
    return stream.getvalue()


def _pack(archive: ZipFile, name: str, data: bytes) -> None:
    info = ZipInfo(name, _ZIP_TIME)
    info.compress_type = ZIP_DEFLATED
    archive.writestr(info, data)
