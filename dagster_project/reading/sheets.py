"""A sheet of text cells, and how a value becomes the text of a cell."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from datetime import date, datetime, time
from decimal import Decimal

from dagster_project.reading import swedish_time
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
    """A workbook, JSON or Parquet value as the text a csv file would have.

    ``5.0`` → ``'5'``, never an exponent; dates in ISO form; an instant as the clock in Sweden shows it; blank → ``''``.

    :raises UnicodeDecodeError: bytes that are no UTF-8.
    """
    if type(value) is str:
        return value.strip()
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float | Decimal):
        return _number(value)
    if isinstance(value, datetime):
        clock = swedish_time.local(value)
        return clock.date().isoformat() if clock.time() == time(0) else clock.isoformat(sep=" ")
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, bytes):
        return value.decode().strip()
    return str(value).strip()


def _number(value: float | Decimal) -> str:
    if not math.isfinite(value):
        return str(value)
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    exact = value if isinstance(value, Decimal) else Decimal(repr(value))
    plain = f"{exact:f}"
    whole, _, decimals = plain.partition(".")
    decimals = decimals.rstrip("0")
    if not decimals:
        return "0" if whole == "-0" else whole
    # Three decimals could be read as thousands in a text; a number knows that they are not.
    return f"{whole}.{decimals}{'0' if len(decimals) == 3 else ''}"
