"""A table of the document: how wide its columns are and which way its page lies, and the table itself as XML.

Widths are those of the printed signs, so that no number is ever broken: a column is at least as wide as its widest number and its
longest word, and a table that is too wide for the page in one size of type is set in the next.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from math import ceil
from typing import Any, NamedTuple
from xml.sax.saxutils import escape, quoteattr

from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls
from docx.shared import Cm

from dagster_project.release.tables import PrintedTable

#: Centimetres: the sides of the page (A4), its margins, and what a cell has beside its text.
SHORT_SIDE, LONG_SIDE, MARGIN = 21.0, 29.7, 2.0
_PADDING = 0.28
#: Sizes of type in points, from the one that is wanted to the least one.
_SIZES = (8.5, 8.0, 7.5, 7.0)
#: A longer word may be broken (ems).
_WORD = 13.0
#: A landscape page costs what is left of the pages before and after it: it is worth it when the table is so many times shorter.
_WORTH = 1.8
#: A table that is no taller stays on one page (points).
_SHORT_TABLE = 500

NOTE = re.compile(r" ?\[not (\d+)\]")
#: The widths of signs in ems, in a bold sans serif: those that differ from the lower-case letters.
_WIDTHS = {
    **dict.fromkeys("ijl.,:;'|!", 0.29),
    **dict.fromkeys(" \N{NO-BREAK SPACE}ftr()[]-", 0.34),
    **dict.fromkeys("mwM%", 0.89),
    **dict.fromkeys("ABCDEFGHKNOPQRSUVXYÅÄÖ", 0.75),
    **dict.fromkeys("\N{EN DASH}\N{MINUS SIGN}", 0.6),
    "W": 0.96,
}
_OTHER = 0.6


@dataclass(frozen=True)
class Setting:
    """How a table is set: its page, the size of its type in points, and the width of each column in centimetres."""

    landscape: bool
    size: float
    widths: list[float]


def setting(content: PrintedTable) -> Setting:
    """The way of setting a table in which nothing is broken, upright if that is not much longer."""
    upright, lying = (_fitted(content, side) for side in (SHORT_SIDE, LONG_SIDE))
    if upright and (not lying or _height(content, upright) <= _WORTH * _height(content, lying)):
        return Setting(False, *upright)
    return Setting(True, *(lying or _squeezed(content, LONG_SIDE)))


def grid(title: str, content: PrintedTable, how: Setting) -> Any:
    """The table as an element: one header row that is repeated, rows that stay whole."""
    twips = [round(Cm(width).twips) for width in how.widths]
    short = _height(content, (how.size, how.widths)) < _SHORT_TABLE
    size = "" if how.size == _SIZES[0] else f'<w:sz w:val="{round(2 * how.size)}"/>'
    rows = []
    for number, texts in enumerate([content.headings, *content.rows]):
        keep = "<w:keepNext/>" if short or number == 0 or number == len(content.rows) else ""
        cells = [
            f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/></w:tcPr>'
            f'<w:p><w:pPr><w:pStyle w:val="{"Tabelltal" if numeric else "Tabelltext"}"/>{keep}</w:pPr>{_runs(text, size)}</w:p></w:tc>'
            for text, width, numeric in zip(texts, twips, content.numeric, strict=True)
        ]
        header = "" if number else "<w:tblHeader/>"
        rows.append(f"<w:tr><w:trPr><w:cantSplit/>{header}</w:trPr>{''.join(cells)}</w:tr>")
    columns = "".join(f'<w:gridCol w:w="{width}"/>' for width in twips)
    return parse_xml(
        f'<w:tbl {nsdecls("w")}><w:tblPr><w:tblStyle w:val="Rapporttabell"/><w:tblW w:w="{sum(twips)}" w:type="dxa"/>'
        '<w:tblLayout w:type="fixed"/><w:tblLook w:val="0020" w:firstRow="1" w:lastRow="0" w:firstColumn="0" '
        'w:lastColumn="0" w:noHBand="1" w:noVBand="1"/>'
        f"<w:tblCaption w:val={quoteattr(title)}/></w:tblPr><w:tblGrid>{columns}</w:tblGrid>{''.join(rows)}</w:tbl>"
    )


def _fitted(content: PrintedTable, side: float) -> tuple[float, list[float]] | None:
    """Size of type and widths in the largest type in which the table fits a page with that side, if there is one.

    What is left of the page goes to the columns by how much text they have.
    """
    columns = _columns(content)
    least = [column.least for column in columns]
    for size in _SIZES:
        em = size * 2.54 / 72
        room = (side - 2 * MARGIN - _PADDING * len(least)) / em - sum(least)
        if room >= 0:
            widths = least
            for _ in range(len(least)):  # a column that has got all that it can use leaves the rest to the others
                wants = [
                    c.text**0.7 if width < c.most - 0.01 else 0.0 for c, width in zip(columns, widths, strict=True)
                ]
                left = room - (sum(widths) - sum(least))
                if left < 0.01 or not any(wants):
                    break
                widths = [
                    min(c.most, width + left * want / sum(wants))
                    for c, width, want in zip(columns, widths, wants, strict=True)
                ]
            return size, [width * em + _PADDING for width in widths]
    return None


def _squeezed(content: PrintedTable, side: float) -> tuple[float, list[float]]:
    """The smallest type, where words of columns of text are broken as they must be, and numbers are not."""
    least = [column.least for column in _columns(content)]
    em, numeric = _SIZES[-1] * 2.54 / 72, content.numeric
    room = (side - 2 * MARGIN - _PADDING * len(least)) / em
    kept = sum(low for low, is_number in zip(least, numeric, strict=True) if is_number)
    share = max(room - kept, 0) / (sum(least) - kept or 1)
    return _SIZES[-1], [
        (low if is_number else low * min(share, 1)) * em + _PADDING
        for low, is_number in zip(least, numeric, strict=True)
    ]


class _Column(NamedTuple):
    """What a column asks for, in ems: the width that breaks nothing, the one that breaks no line, and how much text there is."""

    least: float
    most: float
    text: float


def _columns(content: PrintedTable) -> list[_Column]:
    found = []
    for heading, *cells in zip(content.headings, *content.rows, strict=True):
        # A raised figure takes room beside the number that it stands at; a word of a heading may leave it to the next line.
        texts = [NOTE.sub("", heading), *(NOTE.sub(r"\1", cell) for cell in cells)]
        words = {word for text in texts for word in text.split(" ")}
        numbers = max((_em(word) for word in words if any(map(str.isdigit, word))), default=0.0)
        parts = {part for word in words for part in re.split(r"(?<=-)", word)}
        least = max(numbers, *(min(_em(part), _WORD) for part in parts))
        lengths = [_em(text) for text in texts]
        found.append(_Column(least, max(least, *lengths), sum(max(length - least, 0) for length in lengths)))
    return found


@lru_cache(maxsize=1 << 15)
def _em(text: str) -> float:
    return sum(_WIDTHS.get(sign, _OTHER) for sign in text)


def _height(content: PrintedTable, fitted: tuple[float, list[float]]) -> float:
    """About how tall the table is, in points."""
    size, widths = fitted
    room = [(width - _PADDING) / (size * 2.54 / 72) for width in widths]
    lines = [
        max(
            ceil(_em(text) * 1.1 / max(wide, 1)) if _em(text) > wide else 1
            for text, wide in zip(row, room, strict=True)
        )
        for row in (content.headings, *content.rows)
    ]
    return sum(line * size * 1.2 + 4 for line in lines)


def _runs(text: str, size: str) -> str:
    """The text of a cell, with ``[not 1]`` as a raised 1."""
    parts = enumerate(NOTE.split(text))
    return "".join(
        f'<w:r>{_properties(size, raised=bool(number % 2))}<w:t xml:space="preserve">{escape(part)}</w:t></w:r>'
        for number, part in parts
        if part
    )


def _properties(size: str, *, raised: bool) -> str:
    inside = size + ('<w:vertAlign w:val="superscript"/>' if raised else "")
    return f"<w:rPr>{inside}</w:rPr>" if inside else ""
