"""Rows that hold for a time: what is in force on a day, and whether the rows of one key hang together.

A table whose rows change keeps them all, in ``galler_fran`` and ``galler_till`` (days, both included; blank: always). What holds is asked
for by one rule, here for Python and in ``dbt/macros/giltighet.sql`` for the models: of each key the row that began last on or before the
day. So what a key was called when it ended is still its name afterwards.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from itertools import pairwise
from typing import Any, TypeVar

FRAN, TILL = "galler_fran", "galler_till"
ALWAYS = (date.min, date.max)

Row = TypeVar("Row", bound=Mapping[str, Any])


def span(row: Mapping[str, Any]) -> tuple[date, date]:
    """First and last day of a row. Days may be dates or text (``2021-01-01``)."""
    first, last = (row.get(name) for name in (FRAN, TILL))
    return _day(first, date.min), _day(last, date.max)


def at(rows: Iterable[Row], key: str, day: date | None = None) -> dict[str, Row]:
    """Of each key the row that holds on a day: the one that began last, also where it has ended. A key that had not begun is left out.

    :param day: None for the newest row, whatever the day.
    """
    found: dict[str, Row] = {}
    for row in rows:
        first = span(row)[0]
        if (day is None or first <= day) and (row[key] not in found or span(found[row[key]])[0] <= first):
            found[row[key]] = row
    return found


def in_force(rows: Iterable[Row], key: str, day: date) -> dict[str, Row]:
    """Those of :func:`at` that have not ended before the day."""
    return {name: row for name, row in at(rows, key, day).items() if day <= span(row)[1]}


def faults(rows: Iterable[Mapping[str, Any]], key: str) -> list[str]:
    """What does not hang together, in Swedish: a row that ends before it begins, days that two rows of a key share, days that none has."""
    spans: dict[str, list[tuple[date, date]]] = {}
    for row in rows:
        spans.setdefault(row[key], []).append(span(row))
    return [f"{name}: {fault}" for name, all_of_it in spans.items() for fault in _faults(sorted(all_of_it))]


def _faults(spans: Sequence[tuple[date, date]]) -> Iterable[str]:
    for first, last in spans:
        if last < first:
            yield f"en rad gäller till {last}, före sin första dag {first}"
    for (_, last), (first, _) in pairwise(spans):
        if first <= last:
            yield f"två rader gäller samma dag, {first}"
        elif first > last + timedelta(days=1):
            yield f"ingen rad gäller från {last + timedelta(days=1)} till {first - timedelta(days=1)}"


def _day(said: date | str | None, otherwise: date) -> date:
    if isinstance(said, date):
        return said
    return date.fromisoformat(said) if said else otherwise
