"""No reader meets a code, a column name or the id of a delivery in what is written for people."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import docx
import openpyxl
import pytest

from dagster_project.release.releases import Release
from dagster_project.settings import Home

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


def test_the_reports_to_the_senders_have_no_codes_but_their_own(example_home: Home) -> None:
    """File names and delivered values are the sender's own words; ours have no codes."""
    reports = sorted(example_home.reports.glob("*/granskning.xlsx"))
    assert len(reports) > 20
    own = {path.name.split(".")[0] for path in example_home.landing.rglob("*") if path.is_file()}
    found = {code for path in reports for _, code in _codes(_of_workbook(path))}
    delivered = {code for code in found if any(code in name for name in own)}
    assert not found - delivered - {"gnv_2019"}, "the agreement as the sidecar names it"
