"""Documents (docx, pdf, txt, xlsx): read or told, whatever is wrong with them."""

from __future__ import annotations

import io
from pathlib import Path

import docx
import pytest

from dagster_project.reading.findings import Avvisad
from dagster_project.sources.nulagesrapport import lines

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
