"""The printed facts that the warehouse is held to: ``tests/golden``, a folder per document, each row with its line."""

from __future__ import annotations

import csv
from pathlib import Path

GOLDEN = Path(__file__).resolve().parent / "golden"

Rows = list[dict[str, str]]


def table(name: str) -> Rows:
    """The rows of ``tests/golden/<name>.csv``, every cell as text."""
    with (GOLDEN / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def facts(name: str) -> dict[str, dict[str, str]]:
    """The same rows by their first column, which is their id."""
    rows = table(name)
    return {row[next(iter(row))]: row for row in rows}


#: The columns of the survey to the municipalities, as the form has them.
SURVEY_COLUMNS = [
    "kommunkod",
    "svarsdatum",
    "f1a",
    "f1b",
    "f1c",
    "f1d",
    "f2",
    "f2a",
    "f3_sjukskoterska",
    "f3_specialistsjukskoterska",
    "f3_fysioterapeut",
    "f3_arbetsterapeut",
    "f3_dietist",
    "f3_farmaceut",
    "f3_kommentar",
    "f4",
]
