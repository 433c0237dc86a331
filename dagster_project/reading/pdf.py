"""The text layer of a pdf: each page's lines by their place on it. Meant for a process of its own (:func:`guard.limited`)."""

from __future__ import annotations

import io
import statistics

from dagster_project.reading import containers, limits
from dagster_project.reading.findings import Avvisad
from dagster_project.reading.text import too_large

#: Distance from the top (negative), from the left, height, size of type, bold, text.
Linje = tuple[float, float, float, float, bool, str]


def pages(data: bytes) -> list[list[Linje]]:
    """The lines of each page, from the top.

    :raises Avvisad: damaged, cut off, locked or with too many pages.
    """
    from pdfminer.high_level import extract_pages
    from pdfminer.layout import LAParams, LTChar, LTTextBox, LTTextLine
    from pdfminer.pdfdocument import PDFPasswordIncorrect
    from pdfminer.pdfexceptions import PDFException
    from pdfminer.psexceptions import PSException

    found: list[list[Linje]] = []
    try:
        for layout in extract_pages(io.BytesIO(data), laparams=LAParams(line_margin=0.2, boxes_flow=None)):
            if len(found) >= limits.PAGES:
                raise too_large(limits.UNPACKED)
            page = []
            for box in layout:
                for line in box if isinstance(box, LTTextBox) else ():
                    chars = [c for c in line if isinstance(c, LTChar)] if isinstance(line, LTTextLine) else []
                    if chars and line.get_text().strip():
                        size = round(statistics.median(c.size for c in chars), 1)
                        bold = all("bold" in c.fontname.lower() for c in chars if c.get_text().strip())
                        page.append((-line.y1, line.x0, line.height, size, bold, line.get_text().strip("\n")))
            found.append(sorted(page))
    except PDFPasswordIncorrect:
        raise Avvisad(containers.protected("Pdf-filen")) from None
    except (PDFException, PSException) as error:
        raise containers.broken_document(error) from None
    return found
