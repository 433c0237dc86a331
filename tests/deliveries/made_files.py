"""Deliveries made by hand for the tests: sound ones with printed or plainly made-up content, and ways of writing them."""

from __future__ import annotations

import csv
import gzip
import io
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import openpyxl
import yaml
from facit import SURVEY_COLUMNS

GOLDEN = Path(__file__).resolve().parents[1] / "golden"

Rows = list[list[Any]]

#: The municipalities of the made-up survey answers: rows 2 to 9 of the files.
SURVEYED = ["0114", "0115", "0117", "0120", "1480", "1280", "2584", "0980"]


def webbtidbok() -> Rows:
    """Tabell 2 as printed: heading and 21 regions, Blekinge on row 2, Dalarna on row 3, Gotland on row 4."""
    with (GOLDEN / "tabell_2.csv").open(encoding="utf-8", newline="") as file:
        body = [[r["region"], int(r["visa_tid"]), int(r["boka_tid"])] for r in csv.DictReader(file)]
    return [["Region", "Visa tid", "Boka tid"], *body]


def inriktningsdokument() -> Rows:
    """Tabell 1 as printed: heading and 21 regions."""
    with (GOLDEN / "tabell_1.csv").open(encoding="utf-8", newline="") as file:
        body = list(csv.reader(file))[1:]
    return [["Region", "Dokument", "Politiskt beslut", "Gemensamt dokument"], *body]


def kommunenkat() -> Rows:
    """Made-up answers of eight municipalities, all of them alike and without remarks."""
    answers = [
        "ja",
        "nej",
        "ja",
        "nej",
        "nej",
        "ja",
        "brist",
        "balans",
        "överskott",
        "vet inte",
        "finns inte",
        "finns inte",
    ]
    return [[*SURVEY_COLUMNS], *([kod, "2020-01-15", *answers, "PÅHITTAT", ""] for kod in SURVEYED)]


def write_csv(path: Path, rows: Sequence[Sequence[Any]], *, sep: str = ";", encoding: str = "utf-8") -> Path:
    """A text table; a name that ends in ``.gz`` is packed."""
    stream = io.StringIO()
    csv.writer(stream, delimiter=sep, lineterminator="\r\n").writerows(rows)
    data = stream.getvalue().encode(encoding)
    path.write_bytes(gzip.compress(data, mtime=0) if path.suffix == ".gz" else data)
    return path


def write_xlsx(path: Path, rows: Sequence[Sequence[Any]], *, sheet: str = "Svar", merge: str | None = None) -> Path:
    """A workbook of one sheet, with the values as they are given (numbers stay numbers, ``=…`` becomes a formula)."""
    book = openpyxl.Workbook()
    page = book.active
    assert page is not None
    page.title = sheet
    for row in rows:
        page.append(list(row))
    if merge:
        page.merge_cells(merge)
    book.save(path)
    return path


def write_sidecar(path: Path, fields: Mapping[str, Any] | str) -> None:
    """The sidecar of ``path``: fields, or the very text."""
    text = fields if isinstance(fields, str) else yaml.safe_dump(dict(fields), allow_unicode=True)
    path.with_name(path.name + ".leverans.yml").write_text(text, encoding="utf-8")


def write(path: Path, content: Rows | bytes, **how: Any) -> Path:
    """Bytes as they are; rows as a workbook or as text, by the file's name."""
    if isinstance(content, bytes):
        path.write_bytes(content)
        return path
    return write_xlsx(path, content, **how) if path.suffix == ".xlsx" else write_csv(path, content, **how)


def changed(rows: Rows, row: int, column: int, value: Any) -> Rows:
    """The rows with one cell changed; ``row`` as the file shows it (heading = 1), ``column`` from 0."""
    rows[row - 1][column] = value
    return rows


def without(rows: Rows, column: int) -> Rows:
    return [[*row[:column], *row[column + 1 :]] for row in rows]


def widened(rows: Rows, heading: str, value: Any) -> Rows:
    """The rows with one more column."""
    return [[*row, value if i else heading] for i, row in enumerate(rows)]
