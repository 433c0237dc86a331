"""The document: what is published as Word tables and figures, for the editor of the report; and each table in a file of its own.

Captions are numbered by fields, so that Word can list and refer to them; the fields are told the catalogue's numbers, so that updating
them changes nothing. The contents give the page of each table by a field that Word and LibreOffice fill in when they open the
document. Notes stand as raised figures. The same input gives the same bytes.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from copy import deepcopy
from io import BytesIO
from pathlib import Path
from typing import Any

from docx import Document
from docx.enum.section import WD_ORIENT, WD_SECTION
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_TAB_ALIGNMENT, WD_TAB_LEADER
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.oxml.parser import OxmlElement
from docx.section import Section
from docx.shared import Cm, Pt, RGBColor
from docx.text.paragraph import Paragraph

from dagster_project.release.catalogue import Catalogue
from dagster_project.release.figures import PublishedFigure
from dagster_project.release.tables import PublishedTable, printed, remarks, with_notes
from dagster_project.release.wordtable import LONG_SIDE, MARGIN, NOTE, SHORT_SIDE, grid, setting
from dagster_project.release.workbook import AUTHOR, LANGUAGE, Cover, with_parts, without_clock

WHOLE, SINGLY = "tabeller.docx", "word"
_FONT = "Arial"
_NUMBERED = re.compile(r"(?P<label>\w+) (?P<number>\d+)")
#: A figure is as wide as the page, and no taller than this (cm).
_TALLEST = 11.0
#: A longer table is looked things up in: it has a document of its own and a sheet of the workbook.
_MOST_ROWS = 40
_LABEL = "Tabell"
_CONTENTS = ("toc 1", "toc 2")

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


def write(
    folder: Path,
    cover: Cover,
    edition: Catalogue,
    tables: Sequence[PublishedTable],
    figures: Iterable[PublishedFigure] = (),
    pictures: Path | None = None,
) -> None:
    """Write the document of a release into its ``folder``, and each table in a document of its own.

    :param pictures: the folder with the figures' pictures.
    """
    drawn: dict[str, list[PublishedFigure]] = {}
    for figure in figures if pictures else ():
        if figure.drawn:
            drawn.setdefault(figure.spec.tabell, []).append(figure)
    document = Document()
    _prepare(document, cover)
    _front(document, cover)
    chapters = edition.by_chapter(tables)
    _contents(document, chapters)
    marks = _numbers(chapters)
    for chapter, found in chapters:
        for table in found:
            first = chapter if table is found[0] else None
            _table(document, edition, table, first, marks, drawn.get(table.spec.id, []), pictures)
    (folder / WHOLE).write_bytes(without_clock(_saved(document)))
    (folder / SINGLY).mkdir()
    alone = Document()
    _prepare(alone, cover)
    section = deepcopy(alone.element.body.sectPr)
    own = {part.partname.lstrip("/"): part for part in alone.part.package.iter_parts()}
    own = {name: own[name] for name in ("word/document.xml", "docProps/core.xml")}
    common = without_clock(_saved(alone), left_out=own)
    for table in tables:
        alone.core_properties.title = table.spec.heading
        body = alone.element.body
        for element in list(body):
            body.remove(element)
        body.append(deepcopy(section))
        _table(alone, edition, table, None, None, [], None)
        parts = {name: part.blob for name, part in own.items()}
        (folder / SINGLY / f"{table.spec.id}.docx").write_bytes(with_parts(common, parts))


def _saved(document: Any) -> bytes:
    stream = BytesIO()
    document.save(stream)
    return stream.getvalue()


def _paragraph(document: Any, style: str, text: str = "") -> Paragraph:
    """A new paragraph of a style, by the id that its name gives it: python-docx looks through all styles for each paragraph."""
    paragraph: Paragraph = document.add_paragraph(text)
    paragraph._p.style = style.replace(" ", "")
    return paragraph


def _front(document: Any, cover: Cover) -> None:
    """What the document is, and what the reader of all of it must know."""
    _paragraph(document, "Title", cover.title)
    document.add_paragraph(f"Tabeller och figurer, rapporteringsår {cover.ar}. Utgåva {cover.utgava}.")
    document.add_paragraph(" ".join(cover.basis))
    if cover.warning:
        document.add_paragraph(cover.warning).runs[0].bold = True


def _prepare(document: Any, cover: Cover) -> None:
    """Page, styles, language and properties."""
    section = document.sections[0]
    section.page_width, section.page_height = Cm(SHORT_SIDE), Cm(LONG_SIDE)
    section.left_margin = section.right_margin = section.top_margin = section.bottom_margin = Cm(MARGIN)
    footer = section.footer.paragraphs[0]
    footer.add_run(f"{AUTHOR} · Utgåva {cover.utgava} · ")
    _field(footer, "PAGE", "1")
    styles = document.styles
    styles.element.append(parse_xml(_TABLE_STYLE))
    for language in styles.element.iter(qn("w:lang")):
        language.set(qn("w:val"), LANGUAGE)
    for name in _CONTENTS:
        styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH, builtin=True)
    for name in (
        "Tabellundertitel",
        "Tabelltext",
        "Tabelltal",
        "Tabellkälla",
        "Tabellnot",
        "Innehållsrubrik",
        "Figurrubrik",
        "Figur",
    ):
        styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH).base_style = styles["Normal"]
    for name, size, before, after in (
        ("Normal", 10, 0, 4),
        ("Title", 20, 0, 12),
        ("Heading 1", 14, 14, 4),
        ("Caption", 10, 20, 0),
        ("Footer", 8, 0, 0),
        ("toc 1", 10, 8, 2),
        ("toc 2", 10, 0, 2),
        ("Tabellundertitel", 10, 0, 4),
        ("Tabelltext", 8.5, 1, 1),
        ("Tabelltal", 8.5, 1, 1),
        ("Tabellkälla", 8.5, 4, 2),
        ("Tabellnot", 8.5, 0, 2),
        ("Innehållsrubrik", 14, 14, 4),
        ("Figurrubrik", 10, 12, 2),
        ("Figur", 10, 0, 4),
    ):
        style = styles[name]
        for inherited in style.element.xpath("w:rPr/w:rFonts | w:pPr/w:pBdr"):
            inherited.getparent().remove(inherited)
        style.font.name, style.font.size, style.font.color.rgb = _FONT, Pt(size), RGBColor(0, 0, 0)
        style.paragraph_format.space_before, style.paragraph_format.space_after = Pt(before), Pt(after)
    styles["Title"].font.bold = True
    styles["Tabelltal"].paragraph_format.alignment = WD_ALIGN_PARAGRAPH.RIGHT
    styles["toc 1"].font.bold = True
    for name in _CONTENTS:
        stops = styles[name].paragraph_format.tab_stops
        stops.add_tab_stop(Cm(SHORT_SIDE - 2 * MARGIN), WD_TAB_ALIGNMENT.RIGHT, WD_TAB_LEADER.DOTS)
        styles[name].paragraph_format.right_indent = Cm(1)
    # In the outline a table is below its chapter.
    styles["Caption"].element.get_or_add_pPr().append(parse_xml(f'<w:outlineLvl {nsdecls("w")} w:val="1"/>'))
    document.settings.element.append(parse_xml(f'<w:updateFields {nsdecls("w")} w:val="true"/>'))
    for name in ("Innehållsrubrik", "Figurrubrik"):
        styles[name].font.bold = True
    for name in ("Caption", "Tabellundertitel", "Figurrubrik"):
        styles[name].paragraph_format.keep_with_next = True
    core = document.core_properties
    core.title, core.subject, core.author = cover.title, f"Tabeller och figurer, utgåva {cover.utgava}", AUTHOR
    core.last_modified_by, core.language, core.comments, core.revision = AUTHOR, LANGUAGE, "", 1
    core.keywords = "god och nära vård, uppföljning"
    core.created = core.modified = cover.when


def _numbers(chapters: Sequence[tuple[str, Sequence[PublishedTable]]]) -> dict[str, int]:
    """Of each chapter and each table, the number of its bookmark."""
    names = [name for chapter, found in chapters for name in (f"# {chapter}", *(table.spec.id for table in found))]
    return {name: number for number, name in enumerate(names)}


def _contents(document: Any, chapters: Sequence[tuple[str, Sequence[PublishedTable]]]) -> None:
    """The contents: links, each with the page as a field. LibreOffice fills in no such field inside Word's own field for contents."""
    marks = _numbers(chapters)
    _paragraph(document, "Innehållsrubrik", "Innehåll")
    entries = []
    for chapter, found in chapters:
        entries.append((_CONTENTS[0], f"# {chapter}", chapter))
        entries += [(_CONTENTS[1], table.spec.id, table.spec.heading) for table in found]
    for style, name, text in entries:
        paragraph = _paragraph(document, style)
        link = OxmlElement("w:hyperlink")
        link.set(qn("w:anchor"), _bookmark(marks[name]))
        link.append(paragraph.add_run(f"{text}\t")._r)
        _field(paragraph, f"PAGEREF {_bookmark(marks[name])} \\h", "", inside=link)
        paragraph._p.append(link)


def _table(
    document: Any,
    edition: Catalogue,
    table: PublishedTable,
    chapter: str | None,
    marks: Mapping[str, int] | None,
    figures: Sequence[PublishedFigure],
    pictures: Path | None,
) -> None:
    """The heading of a chapter that begins, caption, subtitle, the table itself, source and all that must follow it; then its figures.

    A figure that the report gives the table's own number is the table's picture, and stands under its caption.

    :param marks: the bookmarks of the whole document; None where the table is alone.
    """
    content = printed(table)
    left_out = marks is not None and (len(content.rows) > _MOST_ROWS or not table.spec.i_dokumentet)
    how = setting(content) if content.rows and not left_out else None
    _turn(document, WD_ORIENT.LANDSCAPE if how and how.landscape else WD_ORIENT.PORTRAIT)
    if chapter and marks is not None:
        _marked(_paragraph(document, "Heading 1"), marks[f"# {chapter}"], chapter)
    caption = _paragraph(document, "Caption")
    with _bookmarked(caption, marks[table.spec.id] if marks is not None else 0):
        _number(caption, table)
        _write(caption, with_notes(table.spec.titel, table.noter))
    _paragraph(document, "Tabellundertitel", table.spec.undertitel)
    own = [figure for figure in figures if figure.spec.nummer and figure.spec.nummer == table.spec.nummer]
    for figure in own:
        _picture(document, figure, pictures)
    if how:
        document.element.body.insert_element_before(grid(table.spec.heading, content, how), "w:sectPr")
    if left_out:
        where = f"finns i arbetsboken, på bladet {table.spec.blad}, och som ett eget Word-dokument"
        _paragraph(document, "Tabelltext", f"Tabellen har {len(content.rows)} rader och {where}.")
    below = [_paragraph(document, "Tabellkälla", f"Källa: {table.spec.kalla}")]
    for line in remarks(edition, table):
        below.append(_paragraph(document, "Tabellnot"))
        _write(below[-1], line)
    for paragraph in below[:-1]:
        paragraph.paragraph_format.keep_with_next = True
    for figure in (figure for figure in figures if figure not in own):
        _paragraph(document, "Figurrubrik", figure.rubrik)
        _picture(document, figure, pictures)


def _picture(document: Any, figure: PublishedFigure, pictures: Path | None) -> None:
    """The figure as wide as an upright page, with its alternative text."""
    if pictures is None:
        return
    run: Any = _paragraph(document, "Figur").add_run()
    shape = run.add_picture(str(pictures / f"{figure.spec.id}.png"), width=Cm(SHORT_SIDE - 2 * MARGIN))
    if shape.height > Cm(_TALLEST):
        shape.width, shape.height = int(shape.width * Cm(_TALLEST) / shape.height), Cm(_TALLEST)
    about = shape._inline.docPr
    about.set("name", figure.rubrik)
    about.set("descr", figure.alttext or "")


def _turn(document: Any, orientation: WD_ORIENT) -> None:
    """Go on on a page of that orientation; a document that is still empty is turned itself."""
    section = Section(document.element.body.sectPr, document.part)  # the last one, without looking for the others
    if section.orientation != orientation:
        if len(document.element.body) > 1:
            section = document.add_section(WD_SECTION.NEW_PAGE)
        section.orientation = orientation
        section.page_width, section.page_height = section.page_height, section.page_width


@contextmanager
def _bookmarked(paragraph: Paragraph, number: int) -> Iterator[None]:
    """What is written into the paragraph can be referred to."""
    start, end = OxmlElement("w:bookmarkStart"), OxmlElement("w:bookmarkEnd")
    for element in (start, end):
        element.set(qn("w:id"), str(number))
    start.set(qn("w:name"), _bookmark(number))
    paragraph._p.append(start)
    yield
    paragraph._p.append(end)


def _marked(paragraph: Paragraph, number: int, text: str) -> None:
    with _bookmarked(paragraph, number):
        paragraph.add_run(text)


def _number(paragraph: Paragraph, table: PublishedTable) -> None:
    """``Tabell 1.``, counted by a field; a table without a number is counted, but its number is hidden."""
    found = _NUMBERED.fullmatch(table.spec.nummer or "")
    if found:
        paragraph.add_run(f"{found['label']} ")
        _field(paragraph, f"SEQ {found['label']} \\* ARABIC \\r {found['number']}", found["number"])
        paragraph.add_run(". ")
    else:
        _field(paragraph, f"SEQ {_LABEL} \\h", "", hidden=True)


def _write(paragraph: Paragraph, text: str) -> None:
    """The text, with ``[not 1]`` as a raised 1."""
    for number, part in enumerate(NOTE.split(text)):
        if part:
            paragraph.add_run(part).font.superscript = True if number % 2 else None


def _field(paragraph: Paragraph, code: str, result: str, *, hidden: bool = False, inside: Any = None) -> None:
    """A field with its result, in the paragraph or in an element of it."""
    begin, instruction, separate, shown, end = (paragraph.add_run() for _ in range(5))
    begin._r.append(_character("begin"))
    instruction._r.append(_instruction(code))
    separate._r.append(_character("separate"))
    shown.text = result
    end._r.append(_character("end"))
    for run in (begin, instruction, separate, shown, end):
        run.font.hidden = hidden or None
        if inside is not None:
            inside.append(run._r)


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
