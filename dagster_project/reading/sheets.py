"""A sheet of text cells, and how a value becomes the text of a cell."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, time

from dagster_project.reading.findings import Anmarkning

Rad = tuple[int, list[str]]


@dataclass
class Blad:
    """A sheet: rows of text cells (blank = ``''``) with their row number. ``namn`` is None for text files."""

    namn: str | None
    rader: list[Rad]
    sammanslagna: list[tuple[int, int, str]] = field(default_factory=list)  # first and last row, reference
    anmarkningar: list[Anmarkning] = field(default_factory=list)


def cell_text(value: object) -> str:
    """A workbook or Parquet cell as the text a csv file would have: ``5.0`` → ``'5'``, dates in ISO form, blank → ``''``."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time(0) else value.isoformat(sep=" ")
    if isinstance(value, date | time):
        return value.isoformat()
    return str(value).strip()


# --- text and Parquet -----------------------------------------------------------------------------------------------
