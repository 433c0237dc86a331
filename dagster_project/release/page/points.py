"""The main points: sentences with values of the published tables, in Swedish and English.

A change is the difference of two published values, told in the unit and with the decimals of its column; nothing else is computed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

import pandas as pd

from dagster_project.release import drawer
from dagster_project.release.catalogue import Column
from dagster_project.release.database import MADE_UP, MARK
from dagster_project.release.page.words import Number, Point
from dagster_project.release.tables import STATUS, PublishedTable, rounded, shown

SWEDISH, ENGLISH = "sv", "en"
_MONTHS = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
]
_UNITS = {"procent": ("procentenheter", "percentage points"), "kronor": ("kronor", "kronor")}
_CHANGE = {
    SWEDISH: ("{0} {1} högre", "{0} {1} lägre", "varken högre eller lägre"),
    ENGLISH: ("{0} {1} higher", "{0} {1} lower", "neither higher nor lower"),
}


@dataclass(frozen=True)
class Told:
    """A sentence and the table that it leads to."""

    tabell: str
    text: str


class _Fact:
    """The value of a sentence: itself, and the other columns of its row."""

    def __init__(self, table: PublishedTable, varde: str, row: Mapping[str, Any], language: str) -> None:
        self._table, self._varde, self._row, self._language = table, varde, row, language

    @property
    def column(self) -> Column:
        return self._table.spec.column(self._varde)

    @property
    def number(self) -> Decimal:
        return rounded(self._row[self._varde], self.column.decimaler)

    def __getattr__(self, name: str) -> str:
        if name.startswith("_") or name not in self._row:
            raise AttributeError(name)
        return self._said(name)

    def __format__(self, form: str) -> str:
        return self._said(self._varde)

    def _said(self, name: str) -> str:
        value, column = self._row[name], self._table.spec.column(name)
        if isinstance(value, date):
            return f"{_MONTHS[value.month - 1]} {value.year}" if self._language == ENGLISH else drawer.month(value)
        if column.etiketter and str(value) in column.etiketter:
            return column.etiketter[str(value)]
        return _number(value, column.decimaler, self._language)


def _number(value: Any, decimals: int | None, language: str) -> str:
    text = shown(value, decimals)
    return text.replace(",", ".").replace("\N{NO-BREAK SPACE}", ",") if language == ENGLISH else text


def told(points: list[Point], tables: Mapping[str, PublishedTable], language: str = SWEDISH) -> list[Told]:
    """The sentences whose values are all there, with the marks of the rows that they rest on."""
    found = []
    for point in points:
        facts: dict[str, Any] = {}
        marks: list[str] = []
        for name, number in point.tal.items():
            fact = _fact(number, tables.get(number.tabell), language, marks)
            if fact is None:
                break
            facts[name] = fact
        else:
            if point.skillnad:
                before, after = (facts[name] for name in point.skillnad)
                facts["skillnad"] = _change(before, after, language)
            text = (point.text if language == SWEDISH else point.engelska).format(**facts)
            first = next(iter(point.tal.values())).tabell
            found.append(Told(first, " ".join([text, *dict.fromkeys(marks)])))
    return found


def _fact(number: Number, table: PublishedTable | None, language: str, marks: list[str]) -> _Fact | None:
    """What a number picks, if it is there; the marks of its rows are added to ``marks``."""
    rows = pd.DataFrame() if table is None else table.tidy
    for name, value in number.urval.items():
        rows = rows[rows[name].map(str) == str(value)] if len(rows) else rows
    if table is None or rows.empty:
        return None
    if number.summa:
        if rows[number.summa].isna().any():
            return None
        picked = dict(rows.iloc[0]) | {number.varde: sum(rows[number.summa])}
    else:
        rows = rows.dropna(subset=[number.varde])
        if rows.empty:
            return None
        if number.rader:
            picked = dict(rows.iloc[0]) | {number.varde: len(rows)}
        else:
            order = number.sist or number.forst or number.hogst or number.lagst
            in_order = rows.sort_values(order, kind="stable") if order else rows
            rows = in_order.iloc[[-1 if number.sist or number.hogst else 0]]
            picked = dict(rows.iloc[0])
    marks += [f"[{mark}]" for mark in ("p", "u") if (rows[STATUS] == mark).any()]
    marks += [MARK] if rows[MADE_UP].any() else []
    return _Fact(table, number.varde, picked, language)


def _change(before: _Fact, after: _Fact, language: str) -> str:
    """How much higher or lower, as the reader would compute it from the two."""
    change = after.number - before.number
    unit = after.column.enhet or ""
    words = _UNITS.get(unit, (unit, unit))[language == ENGLISH]
    more, less, same = _CHANGE[language]
    if not change:
        return same
    said = _number(abs(change), after.column.decimaler, language)
    return (more if change > 0 else less).format(said, words)
