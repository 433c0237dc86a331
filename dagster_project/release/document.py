"""The document: the release's tables as Word tables, for the editor of the report.

Captions are numbered by fields, so that Word can list and refer to them; the fields are told the catalogue's numbers,
so that updating them changes nothing. Notes stand as raised figures. The same input gives the same bytes.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from io import BytesIO
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape, quoteattr

from docx import Document
from docx.enum.section import WD_ORIENT, WD_SECTION
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.oxml.parser import OxmlElement
from docx.shared import Cm, Pt, RGBColor
from docx.text.paragraph import Paragraph

from dagster_project.release.catalogue import Catalogue
from dagster_project.release.tables import PrintedTable, PublishedTable, printed, remarks, with_notes
from dagster_project.release.workbook import AUTHOR, LANGUAGE, Cover, without_clock

_FONT = "Arial"
#: Centimetres. A character is a wide one of the tables' type size; longer words may be broken.
_SHORT_SIDE, _LONG_SIDE, _MARGIN = 21.0, 29.7, 2.0
_CHARACTER, _PADDING, _LONGEST_WORD, _LONGEST_LINE = 0.18, 0.3, 18, 60
#: Tables of at most this many rows of single lines stay on one page.
_SHORT_TABLE = 30

_NOTE = re.compile(r" ?\[not (\d+)\]")
_NUMBERED = re.compile(r"(?P<label>\w+) (?P<number>\d+)")
_LABEL = "Tabell"
_LISTS = {_LABEL: "Tabeller", "Figur": "Underlag till figurer"}

_TABLE_STYLE = f"""
<w:style {nsdecls("w")} w:type="table" w:customStyle="1" w:styleId="Rapporttabell">
  <w:name w:val="Rapporttabell"/><w:basedOn w:val="TableNormal"/><w:uiPriority w:val="59"/><w:qFormat/>
  <w:tblPr><w:tblBorders>
    <w:top w:val="single" w:sz="8" w:space="0" w:color="000000"/>
    <w:bottom w:val="single" w:sz="8" w:space="0" w:color="000000"/>
    <w:insideH w:val="single" w:sz="2" w:space="0" w:color="A6A6A6"/>
  </w:tblBorders><w:tblCellMar>
    <w:left w:w="57" w:type="dxa"/><w:right w:w="57" w:type="dxa"/>
  </w:tblCellMar></w:tblPr>
  <w:tblStylePr w:type="firstRow">
    <w:rPr><w:b/></w:rPr>
    <w:tcPr><w:tcBorders><w:bottom w:val="single" w:sz="8" w:space="0" w:color="000000"/></w:tcBorders></w:tcPr>
  </w:tblStylePr>
</w:style>
"""


def write(path: Path, cover: Cover, edition: Catalogue, tables: Sequence[PublishedTable]) -> None:
    """Write the document of a release."""
    document = Document()
    _prepare(document, cover)
    document.add_paragraph(cover.title, style="Title")
    document.add_paragraph(f"Tabeller, rapporteringsår {cover.ar}. Utgåva {cover.utgava}.")
    document.add_paragraph(" ".join(cover.basis))
    if cover.warning:
        document.add_paragraph(cover.warning).runs[0].bold = True
    for label in dict.fromkeys(_label(table)[0] for table in tables):
        document.add_paragraph(_LISTS.get(label, label), style="Heading 1")
        _list(document, label, [(n, table.spec.heading) for n, table in enumerate(tables) if _label(table)[0] == label])
    number = {table.spec.id: n for n, table in enumerate(tables)}
    for chapter, found in edition.by_chapter(tables):
        for table in found:
            _table(document, edition, number[table.spec.id], table, chapter if table is found[0] else None)
    stream = BytesIO()
    document.save(stream)
    path.write_bytes(without_clock(stream.getvalue()))


def _prepare(document: Any, cover: Cover) -> None:
    """Page, styles, language and properties."""
    section = document.sections[0]
    section.page_width, section.page_height = Cm(_SHORT_SIDE), Cm(_LONG_SIDE)
    section.left_margin = section.right_margin = section.top_margin = section.bottom_margin = Cm(_MARGIN)
    footer = section.footer.paragraphs[0]
    footer.add_run(f"{AUTHOR} · Utgåva {cover.utgava} · ")
    _field(footer, "PAGE", "1")
    styles = document.styles
    styles.element.append(parse_xml(_TABLE_STYLE))
    for language in styles.element.iter(qn("w:lang")):
        language.set(qn("w:val"), LANGUAGE)
    styles.add_style("table of figures", WD_STYLE_TYPE.PARAGRAPH, builtin=True)
    for name in ("Tabellundertitel", "Tabelltext", "Tabelltal", "Tabellkälla", "Tabellnot"):
        styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH).base_style = styles["Normal"]
    for name, size, before, after in (
        ("Normal", 10, 0, 4),
        ("Title", 20, 0, 12),
        ("Heading 1", 14, 14, 4),
        ("Caption", 10, 20, 0),
        ("Footer", 8, 0, 0),
        ("table of figures", 10, 0, 2),
        ("Tabellundertitel", 10, 0, 4),
        ("Tabelltext", 8.5, 2, 2),
        ("Tabelltal", 8.5, 2, 2),
        ("Tabellkälla", 8.5, 4, 2),
        ("Tabellnot", 8.5, 0, 2),
    ):
        style = styles[name]
        for inherited in style.element.xpath("w:rPr/w:rFonts | w:pPr/w:pBdr"):
            inherited.getparent().remove(inherited)
        style.font.name, style.font.size, style.font.color.rgb = _FONT, Pt(size), RGBColor(0, 0, 0)
        style.paragraph_format.space_before, style.paragraph_format.space_after = Pt(before), Pt(after)
    styles["Title"].font.bold = True
    styles["Tabelltal"].paragraph_format.alignment = WD_ALIGN_PARAGRAPH.RIGHT
    for name in ("Caption", "Tabellundertitel"):
        styles[name].paragraph_format.keep_with_next = True
    core = document.core_properties
    core.title, core.subject, core.author = cover.title, f"Tabeller, utgåva {cover.utgava}", AUTHOR
    core.last_modified_by, core.language, core.comments, core.revision = AUTHOR, LANGUAGE, "", 1
    core.keywords = "god och nära vård, uppföljning"
    core.created = core.modified = cover.when


def _label(table: PublishedTable) -> tuple[str, str | None]:
    """By which word the table is counted, and its number if the report gives it one."""
    found = _NUMBERED.fullmatch(table.spec.nummer or "")
    return (found["label"], found["number"]) if found else (_LABEL, None)


def _list(document: Any, label: str, entries: Sequence[tuple[int, str]]) -> None:
    """A list of captions: a field, filled in, without page numbers, which only Word could know."""
    paragraphs = [document.add_paragraph(style="table of figures") for _ in entries]
    for kind in ("begin", None, "separate"):
        run = paragraphs[0].add_run()._r
        run.append(_instruction(f'TOC \\h \\z \\n \\c "{label}"') if kind is None else _character(kind))
    for paragraph, (number, heading) in zip(paragraphs, entries, strict=True):
        link = OxmlElement("w:hyperlink")
        link.set(qn("w:anchor"), _bookmark(number))
        link.append(paragraph.add_run(heading)._r)
        paragraph._p.append(link)
    paragraphs[-1].add_run()._r.append(_character("end"))


def _table(document: Any, edition: Catalogue, number: int, table: PublishedTable, chapter: str | None) -> None:
    """The heading of a chapter that begins, caption, subtitle, the table itself, source and everything that must follow it."""
    content = printed(table)
    least, wanted = _widths(content)
    wide = sum(least) > _SHORT_SIDE - 2 * _MARGIN
    _turn(document, WD_ORIENT.LANDSCAPE if wide else WD_ORIENT.PORTRAIT)
    if chapter:
        document.add_paragraph(chapter, style="Heading 1")
    _caption(document.add_paragraph(style="Caption"), number, table)
    document.add_paragraph(table.spec.undertitel, style="Tabellundertitel")
    if content.rows:
        _grid(document, table.spec.heading, content, _fit(least, wanted, _LONG_SIDE if wide else _SHORT_SIDE))
    below = [document.add_paragraph(f"Källa: {table.spec.kalla}", style="Tabellkälla")]
    for line in remarks(edition, table):
        below.append(document.add_paragraph(style="Tabellnot"))
        _write(below[-1], line)
    for paragraph in below[:-1]:
        paragraph.paragraph_format.keep_with_next = True


def _caption(paragraph: Paragraph, number: int, table: PublishedTable) -> None:
    """``Tabell 1. Titel``, counted by a field; a table without a number is counted, but its number is hidden."""
    start, end = OxmlElement("w:bookmarkStart"), OxmlElement("w:bookmarkEnd")
    for element in (start, end):
        element.set(qn("w:id"), str(number))
    start.set(qn("w:name"), _bookmark(number))
    paragraph._p.append(start)
    label, printed_number = _label(table)
    if printed_number:
        paragraph.add_run(f"{label} ")
        _field(paragraph, f"SEQ {label} \\* ARABIC \\r {printed_number}", printed_number)
        paragraph.add_run(". ")
    else:
        _field(paragraph, f"SEQ {label} \\h", "", hidden=True)
    _write(paragraph, with_notes(table.spec.titel, table.noter))
    paragraph._p.append(end)


def _turn(document: Any, orientation: WD_ORIENT) -> None:
    """Go on on a page of that orientation."""
    if document.sections[-1].orientation != orientation:
        section = document.add_section(WD_SECTION.NEW_PAGE)
        section.orientation = orientation
        section.page_width, section.page_height = section.page_height, section.page_width


def _grid(document: Any, title: str, content: PrintedTable, widths: Sequence[float]) -> None:
    """The table, written as XML: python-docx's own cells take seconds where this takes hundredths."""
    twips = [round(Cm(width).twips) for width in widths]
    short = len(content.rows) <= _SHORT_TABLE and all(len(text) < _LONGEST_LINE for row in content.rows for text in row)
    rows = []
    for number, texts in enumerate([content.headings, *content.rows]):
        keep = "<w:keepNext/>" if short or number == len(content.rows) else ""
        cells = [
            f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/></w:tcPr>'
            f'<w:p><w:pPr><w:pStyle w:val="{"Tabelltal" if numeric else "Tabelltext"}"/>{keep}</w:pPr>{_runs(text)}</w:p></w:tc>'
            for text, width, numeric in zip(texts, twips, content.numeric, strict=True)
        ]
        header = "" if number else "<w:tblHeader/>"
        rows.append(f"<w:tr><w:trPr><w:cantSplit/>{header}</w:trPr>{''.join(cells)}</w:tr>")
    columns = "".join(f'<w:gridCol w:w="{width}"/>' for width in twips)
    table = parse_xml(
        f'<w:tbl {nsdecls("w")}><w:tblPr><w:tblStyle w:val="Rapporttabell"/><w:tblW w:w="{sum(twips)}" w:type="dxa"/>'
        '<w:tblLayout w:type="fixed"/><w:tblLook w:val="0020" w:firstRow="1" w:lastRow="0" w:firstColumn="0" '
        'w:lastColumn="0" w:noHBand="1" w:noVBand="1"/>'
        f"<w:tblCaption w:val={quoteattr(title)}/></w:tblPr><w:tblGrid>{columns}</w:tblGrid>{''.join(rows)}</w:tbl>"
    )
    document.element.body.insert_element_before(table, "w:sectPr")


def _runs(text: str) -> str:
    """The text of a cell, with ``[not 1]`` as a raised 1."""
    parts = enumerate(_NOTE.split(text))
    raised = '<w:rPr><w:vertAlign w:val="superscript"/></w:rPr>'
    return "".join(
        f'<w:r>{raised if number % 2 else ""}<w:t xml:space="preserve">{escape(part)}</w:t></w:r>'
        for number, part in parts
        if part
    )


def _widths(content: PrintedTable) -> tuple[list[float], list[float]]:
    """Of each column, the width of its longest word and of its longest text."""
    columns = [[_NOTE.sub("", text) for text in column] for column in zip(content.headings, *content.rows, strict=True)]
    words = [max(len(word) for text in column for word in text.split(" ")) for column in columns]
    lines = [max(len(text) for text in column) for column in columns]
    return (
        [min(word, _LONGEST_WORD) * _CHARACTER + _PADDING for word in words],
        [min(line, _LONGEST_LINE) * _CHARACTER + _PADDING for line in lines],
    )


def _fit(least: Sequence[float], wanted: Sequence[float], page: float) -> list[float]:
    """The widths that are wanted, or as much of them as the page has room for."""
    room, lack = page - 2 * _MARGIN - sum(least), sum(wanted) - sum(least)
    share = min(room / lack, 1) if lack else 0
    return [low + (high - low) * share for low, high in zip(least, wanted, strict=True)]


def _write(paragraph: Paragraph, text: str) -> None:
    """The text, with ``[not 1]`` as a raised 1."""
    for number, part in enumerate(_NOTE.split(text)):
        if part:
            paragraph.add_run(part).font.superscript = True if number % 2 else None


def _field(paragraph: Paragraph, code: str, result: str, *, hidden: bool = False) -> None:
    """A field with its result."""
    begin, instruction, separate, shown, end = (paragraph.add_run() for _ in range(5))
    begin._r.append(_character("begin"))
    instruction._r.append(_instruction(code))
    separate._r.append(_character("separate"))
    shown.text = result
    end._r.append(_character("end"))
    for run in (begin, instruction, separate, shown, end):
        run.font.hidden = hidden or None


def _character(kind: str) -> Any:
    element = OxmlElement("w:fldChar")
    element.set(qn("w:fldCharType"), kind)
    return element


def _instruction(code: str) -> Any:
    element = OxmlElement("w:instrText")
    element.set(qn("xml:space"), "preserve")
    element.text = f" {code} "
    return element


def _bookmark(number: int) -> str:
    return f"_Toc{number + 1:06}"
