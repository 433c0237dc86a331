"""Documents into lines: docx, pdf, txt and xlsx in one form, with the page and line where each stands. Nothing is cleaned here.

A txt line knows what plain text can tell: that it opens a page (one leading blank after a line of text) or has lost its list glyph
(one leading blank after a blank line). docx, pdf and xlsx know more, and say it in the same fields.
"""

from __future__ import annotations

import io
import itertools
import re
import statistics
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from lxml import etree

from dagster_project.reading import containers, limits, pdf, workbooks
from dagster_project.reading.findings import Avvisad, avvisa
from dagster_project.reading.guard import limited, told
from dagster_project.reading.text import clean, composed, decode, too_large
from dagster_project.sources.nulagesrapport import pdftables

#: List glyphs, as typed or as fonts leave them.
GLYPH = re.compile(r"^\s*(?:[•·▪●◦‣\uf0b7\uf0a7]|[-–o](?=\s))\s*")
#: Where a docx keeps its notes.
NOTES = ("/word/footnotes.xml", "/word/endnotes.xml")
SUFFIXES = (".docx", ".pdf", ".txt", ".xlsx")


@dataclass(frozen=True)
class Rad:
    """A line of a document.

    :param ny: opens a paragraph for certain; False where the layout does not tell.
    :param stil: ``rubrik`` or ``rubrik 1`` where the document itself says so, ``tabell``, ``fot`` (small print), otherwise blank.
    """

    nr: int
    sida: int
    text: str
    ny: bool = False
    sidstart: bool = False
    punkt: bool = False
    stil: str = ""


@told()
def read(path: Path) -> list[Rad]:
    """The lines of a document. A pdf, and what is large when unpacked, is read in a process of its own.

    :raises Avvisad: empty, broken, locked, larger than the limits, of an unknown kind, pages without a text layer, or not readable
        for any other reason.
    """
    kind = path.suffix.lower()
    if kind not in SUFFIXES:
        raise Avvisad(
            avvisa(
                "okand_filtyp",
                f"Filtypen {kind or '(ingen)'} kan inte läsas för den här källan.",
                hittat=path.name,
                forvantat="docx, pdf med textlager, txt eller xlsx",
            )
        )
    if path.stat().st_size > limits.UNPACKED:
        raise too_large(limits.UNPACKED)
    data = path.read_bytes()
    if not data:
        raise Avvisad(avvisa("tom_fil", "Filen är tom (0 byte)."))
    lines = limited(_lines)(kind, data) if containers.suspicious(data) else _lines(kind, data)
    if not any(line.text.strip() for line in lines):
        raise Avvisad(avvisa("tom_fil", "Dokumentet innehåller ingen text."))
    return lines


def _lines(kind: str, data: bytes) -> list[Rad]:
    """The lines of a document's bytes, with text that any output can carry."""
    found = containers.kind(data)
    if kind == ".txt":
        if found and not data.startswith(b"\x1f\x8b"):
            raise containers.wrong_ending(kind, found, "Ge filen rätt ändelse.")
        lines = _txt(decode(data))
    elif kind == ".pdf":
        if b"%PDF" not in data[:1024]:
            raise containers.wrong_ending(kind, found or "en annan sorts fil", "Spara om dokumentet som pdf.")
        lines = _pdf(data)
    elif kind == ".xlsx":
        lines = _xlsx(data)
    else:
        if containers.encrypted(data):
            raise Avvisad(containers.protected("Dokumentet"))
        if not data.startswith(b"PK"):
            raise containers.wrong_ending(kind, found or "en annan sorts fil", "Spara om dokumentet som docx.")
        lines = _docx(data)
    return [line if _carried(line.text) else replace(line, text=composed(clean(line.text)[0])) for line in lines]


def _carried(text: str) -> bool:
    return text.isascii() and text.isprintable()


# --- txt ----------------------------------------------------------------------------------------------------------------


def _txt(text: str) -> Iterator[Rad]:
    lines = text.replace("\r\n", "\n").split("\n")
    if not lines[-1].strip():
        lines.pop()
    page, blanks, turned = 1, 1, False
    loose = _double_spaced(lines)
    for nr, line in enumerate(lines, 1):
        page += line.count("\f")
        opens = "\f" in line or turned
        line = line.replace("\f", "")
        if not line.strip():
            yield Rad(nr, page, line, ny=bool(line) or not loose[nr - 1])
            blanks += 1
            continue
        one_blank = line[0] == " " and line[1:2].strip() != ""
        if one_blank and not blanks:
            page, opens = page + 1, True
        if blanks >= 3 and line.strip().isdigit() and len(line.strip()) < 4:  # the number at the foot of a page
            yield Rad(nr, page, line, stil="fot")
            page, turned = page + 1, True
            continue
        listed = bool(GLYPH.match(line)) or (one_blank and blanks > 0 and nr > 1)
        yield Rad(nr, page, line, sidstart=opens, punkt=listed, stil="tabell" if " | " in line else "")
        blanks, turned = 0, False


def _double_spaced(lines: list[str]) -> list[bool]:
    """Per line: do empty lines around it stand between the wrapped lines of a paragraph?

    They do where, before it or after it, nearly every line of text is followed by an empty one and many go on in lower case.
    """
    filled = [i for i, line in enumerate(lines) if line.strip()]
    if not filled:
        return [False] * len(lines)
    gapped, lower = [0], [0]
    for i, following in zip(filled, [*filled[1:], len(lines)], strict=True):
        gapped.append(gapped[-1] + (following > i + 1))
        lower.append(lower[-1] + (following < len(lines) and lines[following].strip()[:1].islower()))

    def loose(low: int, high: int) -> bool:
        n = high - low
        return n > 2 and gapped[high] - gapped[low] >= 0.75 * n and lower[high] - lower[low] >= 0.3 * n

    result, k = [], 0
    for i in range(len(lines)):
        while k < len(filled) and filled[k] < i:
            k += 1
        result.append(loose(max(0, k - 6), k) or loose(k, min(len(filled), k + 6)))
    return result


# --- docx and xlsx --------------------------------------------------------------------------------------------------------


def _docx(data: bytes) -> Iterator[Rad]:
    import docx
    from docx.opc.exceptions import PackageNotFoundError
    from docx.table import Table

    try:
        with containers.open_zip(data) as archive:
            if bad := archive.testzip():
                raise zipfile.BadZipFile(bad)
        document = docx.Document(io.BytesIO(data))
    except (zipfile.BadZipFile, PackageNotFoundError, SyntaxError, KeyError, ValueError) as error:
        raise containers.broken_document(error) from None
    if document.element.body is None:
        raise containers.broken_document(ValueError("no body"))
    nr, page = 0, 1
    for item in document.iter_inner_content():
        if isinstance(item, Table):
            for row in item.rows:
                nr += 1
                yield Rad(nr, page, row_text(_cells(row)), ny=True, stil="tabell")
            continue
        xml = item._p.xml
        breaks = xml.count("lastRenderedPageBreak") + xml.count('w:br w:type="page"')
        name = (item.style.name if item.style else "") or ""
        level = re.search(r"\d", name)
        heading = name.lower().startswith(("heading", "rubrik", "title"))
        nr += 1
        listed = "<w:numPr>" in xml or name.lower().startswith(("list", "lista", "punkt"))
        yield Rad(
            nr,
            page + breaks,
            item.text,
            ny=True,
            sidstart=breaks > 0,
            punkt=listed or bool(GLYPH.match(item.text)),
            stil=f"rubrik {level[0] if level else 0}" if heading else "",
        )
        page += breaks
        for box in _boxes(item._p):
            nr += 1
            yield Rad(nr, page, box, ny=True, punkt=bool(GLYPH.match(box)))
    for part in document.part.package.iter_parts():
        if str(part.partname) in NOTES:
            for note in etree.fromstring(part.blob):
                if text := _text(note):
                    nr += 1
                    yield Rad(nr, page, text, ny=True, stil="fot")


def _cells(row: Any) -> list[str]:
    """The cells of a row by column. One merged over columns stands in the first of them, one merged over rows in each row."""
    cells, seen = [], set()
    for cell in row.cells:
        cells.append("" if id(cell._tc) in seen else _text(cell._tc))
        seen.add(id(cell._tc))
    return cells


def _text(element: Any) -> str:
    """The text below an element, its paragraphs with a blank between."""
    paragraphs = [p for p in element.iter() if p.tag.endswith("}p")] or [element]
    return " ".join("".join(t.text or "" for t in p.iter() if t.tag.endswith("}t")) for p in paragraphs).strip()


def _boxes(paragraph: Any) -> list[str]:
    """The paragraphs of the text boxes that are anchored in a paragraph, each once: Word keeps every box twice."""
    boxes = [e for e in paragraph.iter() if e.tag.endswith("}txbxContent")]
    texts = [_text(p) for box in boxes for p in box if p.tag.endswith("}p")]
    return [text for text in dict.fromkeys(texts) if text]


def row_text(cells: Iterable[str]) -> str:
    """A row of a table as one line; blanks keep their column."""
    return re.sub(r"[\s|]+$", "", " | ".join(c.replace("|", "/") for c in cells))


def _xlsx(data: bytes) -> Iterator[Rad]:
    nr = 0
    for page, sheet in enumerate(workbooks.read(data), 1):
        for _, row in sheet.rader:
            nr += 1
            filled = [cell for cell in row if cell]
            text = row_text(row) if len(filled) > 1 else "".join(filled)
            yield Rad(nr, page, text, ny=True, punkt=bool(GLYPH.match(text)), stil="tabell" if len(filled) > 1 else "")


# --- pdf ------------------------------------------------------------------------------------------------------------------


def _pdf(data: bytes) -> Iterator[Rad]:
    """Lines of the text layer by their place on the page. Larger type than the body's is a heading, smaller at the foot a note."""
    pages = [pdftables.joined(page) for page in limited(pdf.pages)(data)]
    characters = sum(len(line[-1]) for page in pages for line in page)
    if characters < 20 * len(pages):
        raise Avvisad(
            avvisa(
                "skannad_pdf",
                "Pdf-filen är en inskannad bild utan textlager. Leverera originalet (docx eller pdf), eller kör "
                "texttolkning (OCR) på filen först.",
                hittat=f"{characters} tecken på {len(pages)} sidor",
                forvantat="text",
            )
        )
    body = statistics.mode(line[3] for page in pages for line in page for _ in range(len(line[-1])))
    nr = 0
    for number, page in enumerate(pages, 1):
        bottom: float | None = None
        steps = sorted(b[0] - a[0] for a, b in itertools.pairwise(page) if b[0] - a[0] > 1)
        for i, (top, _, height, size, bold, text) in enumerate(page):
            nr += 1
            spacing = min(steps[len(steps) // 4], 1.5 * height) if steps else height
            big = size > body * 1.08 or (bold and len(text) < 120)
            spacing = max(spacing, 1.15 * height) if size > body * 1.08 else spacing  # larger type has larger steps
            gap = bottom is None or top - bottom > 1.25 * spacing
            small = size < body * 0.92 and (i == 0 or i >= len(page) * 0.6)
            style = "tabell" if " | " in text else "fot" if small else f"rubrik {size:g}" if big else ""
            yield Rad(nr, number, text, ny=gap, sidstart=i == 0, punkt=bool(GLYPH.match(text)), stil=style)
            bottom = top
