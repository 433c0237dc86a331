"""Text tables (csv, tsv, txt) into rows of cells: strict quoting, so that no row is swallowed by a quotation mark left open."""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Iterator

from dagster_project.reading import limits, personal, text
from dagster_project.reading.findings import Avvisad, avvisa
from dagster_project.reading.sheets import Blad, Rad

SEPARATORS = ";\t,"
_LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+")
_SEP_LINE = re.compile(r"\ufeff?sep=([^\r\n])(?:\r\n|\r|\n)", re.IGNORECASE)

# The limit is one for the whole process. A cell beyond it is told by name.
csv.field_size_limit(limits.CELL)


def read(content: str) -> Blad:
    """A text table as a sheet. A first line ``sep=;`` (as Excel writes it) says the separator and is no row.

    :raises Avvisad: blank, badly quoted, too wide or with a cell that is too long.
    """
    if not content.strip():
        raise Avvisad(avvisa("tom_fil", "Filen innehåller inga tecken utom blanksteg."))
    cleaning, rows, filled = text.Stadning(), [], 0
    for nr, cells in csv_rows(content, separator(content)):
        rows.append((nr, cleaning.row(nr, cells)))
        filled += len(cells)
        if filled > limits.CELLS:
            raise text.too_many_cells(nr, len(cells))
    return Blad(None, rows, anmarkningar=cleaning.remarks())


def separator(content: str) -> str:
    """The separator of a text table: that of its ``sep=`` line, or the one of ``;``, tab and ``,`` that most lines have equally many of.

    A title above the table and decimal commas in it do not mislead.
    """
    if stated := _SEP_LINE.match(content):
        return stated[1]
    head = text.LINE_END.split(content[: 1 << 18])[:200]
    lines = [line for line, _ in zip(filter(str.strip, head), range(50), strict=False)]

    def regular(sep: str) -> tuple[int, int]:
        counts = Counter(line.count(sep) for line in lines if sep in line)
        return max(((times, count) for count, times in counts.items()), default=(0, 0))

    return max(SEPARATORS, key=regular)


def csv_rows(content: str, sep: str) -> Iterator[Rad]:
    """The rows with the number of the line each begins on; every line of the file belongs to exactly one of them.

    :raises Avvisad: a quotation mark is not closed, is followed by text, or encloses what looks like several rows.
    """
    stated = _SEP_LINE.match(content)
    lines = (line[0] for line in _LINE.finditer(content, stated.end() if stated else 0))
    reader = csv.reader(lines, delimiter=sep, strict=True)
    first = line = 2 if stated else 1
    usual = 0
    try:
        for row in reader:
            after = reader.line_num + first
            if after - line > 1 and _swallowed(row, sep, usual):
                raise swallowed(line, after - 1, next((c for c in row if "\n" in c or "\r" in c), ""))
            usual = max(usual, len(row) - 1)
            yield line, [cell.strip() for cell in row]
            line = after
    except csv.Error as error:
        raise _misquoted(str(error), line, reader.line_num + first - 1) from None


def _swallowed(row: list[str], sep: str, usual: int) -> bool:
    """Does a row over several lines hold lines that are rows themselves: with as many separators as rows of the file have?"""
    pieces = text.LINE_END.split(sep.join(row))
    alike = sum(piece.count(sep) == max(usual, 1) for piece in pieces)
    return bool(alike >= max(2, 0.6 * (len(pieces) - 2)))


def swallowed(first: int, last: int, cell: str) -> Avvisad:
    """The refusal of a text in which a quotation mark encloses rows."""
    message = (
        f"Ett citattecken på rad {first} avslutas först på rad {last}, och däremellan ligger hela rader. "
        "Ta bort eller avsluta citattecknet."
    )
    return Avvisad(
        avvisa(
            "citattecken_over_rader",
            message,
            rad=first,
            hittat=personal.quoted(cell, 60),
            forvantat="citattecken i par",
        )
    )


def _misquoted(error: str, line: int, last: int) -> Avvisad:
    if "field limit" in error:
        return text.too_long(line)
    if "unexpected end" in error:
        message = f"Citattecknet som öppnas på rad {line} avslutas aldrig, så raderna efter det går inte att läsa."
    elif "expected after" in error:
        where = f"rad {last}" if last == line else f"rad {line}–{last}"
        message = f"På {where} följs ett avslutande citattecken av text. Är citattecknen i cellen dubblerade och i par?"
    else:
        message = f"Rad {line} går inte att läsa som en rad med celler."
    return Avvisad(
        avvisa("trasigt_citattecken", message, rad=line, forvantat="citattecken i par"), orsak=f"csv.Error: {error}"
    )
