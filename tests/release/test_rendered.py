"""The document as LibreOffice lays it out: what no reading of the file shows."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from dagster_project.release.releases import Release

SOFFICE, PDFTOTEXT = shutil.which("soffice"), shutil.which("pdftotext")
#: Between the thousands of a printed number.
SPACE = "\N{NO-BREAK SPACE}"


@pytest.fixture(scope="module")
def pdf(release: Release, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The document of the examples' release as LibreOffice prints it."""
    if not SOFFICE or not PDFTOTEXT:
        pytest.skip("LibreOffice or poppler is not installed")
    folder = tmp_path_factory.mktemp("tryck")
    profile = f"-env:UserInstallation={(folder / 'profil').as_uri()}"
    command = [SOFFICE, profile, "--headless", "--convert-to", "pdf", "--outdir", str(folder)]
    subprocess.run([*command, str(release.path / "tabeller.docx")], check=True, capture_output=True, timeout=300)
    return folder / "tabeller.pdf"


def _boxes(pdf: Path) -> list[list[tuple[float, float, float, float, str]]]:
    """The words of each page with their places, as parts of the page's width and height."""
    subprocess.run([str(PDFTOTEXT), "-bbox", str(pdf)], check=True, capture_output=True)
    pages = []
    for page in pdf.with_suffix(".html").read_text(encoding="utf-8").split("<page ")[1:]:
        size = re.match(r'width="([\d.]+)" height="([\d.]+)"', page)
        assert size
        wide, tall = float(size[1]), float(size[2])
        found = re.findall(
            r'<word xMin="([\d.-]+)" yMin="([\d.-]+)" xMax="([\d.-]+)" yMax="([\d.-]+)">(.*?)</word>', page
        )
        pages.append(
            [(float(a) / wide, float(b) / tall, float(c) / wide, float(d) / tall, text) for a, b, c, d, text in found]
        )
    return pages


def test_the_document_is_short_and_nothing_stands_outside_its_pages(pdf: Path) -> None:
    pages = _boxes(pdf)
    assert 10 < len(pages) < 40
    for number, words in enumerate(pages, 1):
        outside = [text for a, b, c, d, text in words if a < 0.04 or c > 0.96 or b < 0.02 or d > 0.99]
        assert not outside, (number, outside)
        assert len(words) > 8, f"page {number} is empty"


def test_no_number_is_broken_over_lines(pdf: Path, release: Release) -> None:
    """Every number of the document's tables stands on one line of the print: a broken one is on two."""
    import docx

    text = subprocess.run([str(PDFTOTEXT), "-layout", str(pdf), "-"], check=True, capture_output=True, text=True).stdout
    printed = text.replace(SPACE, " ")
    wanted = {
        word.replace(SPACE, " ")
        for table in docx.Document(str(release.path / "tabeller.docx")).tables
        for cell in table._cells
        for word in re.split(
            r"[ \N{EN DASH}]", "".join(run.text for p in cell.paragraphs for run in p.runs if not run.font.superscript)
        )
        if sum(sign.isdigit() for sign in word) > 3
    }
    lost = sorted(number for number in wanted if number not in printed)
    assert len(wanted) > 300
    assert not lost, lost[:20]


def test_the_contents_say_on_which_page_each_table_begins(pdf: Path) -> None:
    pages = subprocess.run(
        [str(PDFTOTEXT), "-layout", str(pdf), "-"], check=True, capture_output=True, text=True
    ).stdout
    leaves = pages.split("\f")
    entries = re.findall(
        r"^(Tabell 2\. Mottagningar med webbtidbok|Tabell 3\. .+?|Kommunenkätens svarsfrekvens per region.*?)[ .]+(\d+)$",
        pages,
        re.MULTILINE,
    )
    assert len(entries) >= 2
    for title, number in entries:
        assert title[:30] in leaves[int(number) - 1], (title, number)
