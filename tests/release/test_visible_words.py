"""No reader meets a code, a column name or the id of a delivery in what is written for people."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import docx
import openpyxl
import pytest

from dagster_project.release.releases import Release

#: snake_case, schema.table, ids of deliveries, of key figures and of our own records.
CODES = re.compile(
    r"\b[a-zåäö0-9]+(?:_[a-zåäö0-9]+)+\b|\b(?:mart|tabell|referens|raw)\.\w+|\b[NU]\d{5}\b|\b\w+-[0-9a-f]{12}\b"
    r"|\b(?:UR|NR|SR)\d{3}\b|\bNone\b|\bnan\b"
)


def _of_workbook(path: Path) -> Iterator[tuple[str, str]]:
    for sheet in openpyxl.load_workbook(path):
        for row in sheet.iter_rows(values_only=True):
            for cell in row:
                if isinstance(cell, str):
                    yield sheet.title, cell


def _of_document(path: Path) -> Iterator[tuple[str, str]]:
    document = docx.Document(str(path))
    for paragraph in document.paragraphs:
        yield path.name, paragraph.text
    for table in document.tables:
        for cell in table._cells:
            yield path.name, cell.text


def _codes(texts: Iterator[tuple[str, str]]) -> set[tuple[str, str]]:
    return {(where, code) for where, text in texts for code in CODES.findall(text)}


def test_a_code_is_seen() -> None:
    assert _codes(iter([("x", "i_befintlig_budget"), ("y", "se mart.regionbild"), ("z", "N79173")])) == {
        ("x", "i_befintlig_budget"),
        ("y", "mart.regionbild"),
        ("z", "N79173"),
    }


@pytest.mark.parametrize("kind", ["workbook", "document", "singly"])
def test_what_is_published_for_people_has_no_codes(release: Release, kind: str) -> None:
    files = {
        "workbook": [release.workbook],
        "document": [release.path / "tabeller.docx"],
        "singly": sorted((release.path / "word").glob("*.docx")),
    }[kind]
    read = _of_workbook if kind == "workbook" else _of_document
    found = set[tuple[str, str]]().union(*(_codes(read(path)) for path in files))
    assert files
    assert not found
