"""Documents (docx, pdf, txt, xlsx): read or told, whatever is wrong with them."""

from __future__ import annotations

import io
from pathlib import Path

import docx
import pytest

from dagster_project.reading.findings import Avvisad
from dagster_project.sources.nulagesrapport import lines
from examples.generators import nulagesrapport as made

PDF = (
    b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"
    b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 800]/Resources<</Font<</F 4 0 R>>>>/Contents 5 0 R>>endobj\n"
    b"4 0 obj<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>endobj\n"
    b"5 0 obj<</Length 66>>stream\nBT /F 12 Tf 50 700 Td (Region Halland har skrivit en rapport.) Tj ET\nendstream endobj\n"
    b"trailer<</Root 1 0 R>>\n%%EOF\n"
)


def word(text: str = "Region Halland har skrivit en rapport.") -> bytes:
    document = docx.Document()
    document.add_paragraph(text)
    stream = io.BytesIO()
    document.save(stream)
    return stream.getvalue()


def read(tmp_path: Path, name: str, data: bytes) -> list[str]:
    path = tmp_path / name
    path.write_bytes(data)
    return [line.text for line in lines.read(path) if line.text.strip()]


@pytest.mark.parametrize(
    ("name", "data"), [("r.docx", word()), ("r.pdf", PDF), ("r.txt", b"Region Halland har skrivit en rapport.\n")]
)
def test_a_document_is_read(tmp_path: Path, name: str, data: bytes) -> None:
    assert read(tmp_path, name, data) == ["Region Halland har skrivit en rapport."]


@pytest.mark.parametrize(
    ("name", "data", "kod"),
    [
        ("r.pdf", PDF[:330], "trasig_fil"),
        ("r.pdf", word(), "fel_filandelse"),
        ("r.docx", PDF, "fel_filandelse"),
        ("r.docx", word()[:4000], "trasig_fil"),
        ("r.docx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "fel_filandelse"),
        ("r.xlsx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "trasig_fil"),
        ("r.txt", word(), "fel_filandelse"),
        ("r.odt", word(), "okand_filtyp"),
        ("r.txt", b"", "tom_fil"),
        ("r.txt", b" \n", "tom_fil"),
    ],
)
def test_what_is_no_document_is_told(tmp_path: Path, name: str, data: bytes, kod: str) -> None:
    with pytest.raises(Avvisad) as refusal:
        read(tmp_path, name, data)
    assert [a.kod for a in refusal.value.anmarkningar] == [kod]


def test_a_word_document_without_its_body_is_told(tmp_path: Path) -> None:
    import zipfile

    broken = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(word())) as old, zipfile.ZipFile(broken, "w") as new:
        for part in old.namelist():
            content = old.read(part)
            new.writestr(part, content.replace(b"w:body", b"w:bode") if part == "word/document.xml" else content)
    with pytest.raises(Avvisad) as refusal:
        read(tmp_path, "r.docx", broken.getvalue())
    assert [a.kod for a in refusal.value.anmarkningar] == ["trasig_fil"]


def test_control_signs_in_a_document_are_taken_away(tmp_path: Path) -> None:
    assert read(tmp_path, "r.txt", b"Region\x07 Halland\x00 i va\xcc\x8aras.\n") == ["Region Halland i våras."]


def test_merged_cells_text_boxes_and_notes_of_a_docx(tmp_path: Path) -> None:
    """A cell merged over columns keeps the others in place, one merged over rows stands in each; what Word keeps apart is read too."""
    from docx.oxml import parse_xml
    from docx.oxml.ns import nsdecls

    document = docx.Document()
    table = document.add_table(3, 3)
    for i, row in enumerate((("Område", "Insats", "tkr"), ("Nära vård", "Mobila team", "5"), ("", "Totalt", "9"))):
        for j, text in enumerate(row):
            table.cell(i, j).text = text
    table.cell(1, 0).merge(table.cell(2, 0))
    table.cell(0, 0).merge(table.cell(0, 1))
    box = "<w:txbxContent><w:p><w:r><w:t>Text i ruta</w:t></w:r></w:p></w:txbxContent>"
    twice = f"<w:r {nsdecls('w')}><w:pict>{box}{box}</w:pict></w:r>"
    document.add_paragraph("Före rutan.")._p.append(parse_xml(twice))
    document.save(str(tmp_path / "rapport.docx"))
    found = [(line.text, line.stil) for line in lines.read(tmp_path / "rapport.docx")]
    assert found[0] == ("Område Insats |  | tkr", "tabell")
    assert [text for text, _ in found[1:3]] == ["Nära vård | Mobila team | 5", "Nära vård | Totalt | 9"]
    assert [text for text, _ in found[3:]] == ["Före rutan.", "Text i ruta"]


def test_a_table_of_a_pdf_has_its_cells_by_column(tmp_path: Path) -> None:
    rows = ["Insats | Läge | Kostnad, tkr", "Mobila team | Infört | 1 250", "Utan kostnad |  | 3"]
    made.write_pdf(tmp_path / "rapport.pdf", [("p", "Brödtext på en rad."), *(("tabell", r) for r in rows)])
    assert [line.text for line in lines.read(tmp_path / "rapport.pdf") if line.stil == "tabell"] == rows
