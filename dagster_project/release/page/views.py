"""A published table in the form that the page shows: fewer columns, or a column per period."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

import pandas as pd

from dagster_project.release import drawer
from dagster_project.release.catalogue import Catalogue, Column
from dagster_project.release.database import MADE_UP, MARK
from dagster_project.release.page.words import Section, Spread
from dagster_project.release.tables import MARKS, ROW_NOTES, STATUS, PublishedTable, printed, shown, with_notes

COUNTRY = "00"
_CODES = ("region_kod", "grupp_kod")


@dataclass(frozen=True)
class Head:
    text: str
    numeric: bool


@dataclass(frozen=True)
class Row:
    """A row as shown; ``region`` is the code of the region that it is about, if it is about one."""

    cells: tuple[str, ...]
    region: str | None


@dataclass(frozen=True)
class View:
    heads: tuple[Head, ...]
    rows: tuple[Row, ...]

    @property
    def regional(self) -> bool:
        """Are there rows for single regions?"""
        return any(row.region not in (None, COUNTRY) for row in self.rows)

    def of(self, region: str) -> list[Row]:
        """The rows of a region, and of the country beside it."""
        return [row for row in self.rows if row.region in (region, COUNTRY)]


def view(edition: Catalogue, table: PublishedTable, section: Section) -> View:
    """The table as the page shows it."""
    if section.spalter and not table.wide.empty:
        return _spread(edition, table, section.spalter)
    codes = _regions(table)
    wanted = set(section.kolumner)
    if (
        not wanted and table.spec.pivot and table.spec.pivot.tryck
    ):  # as print has it: the measures of a label in one cell
        form = printed(table)
        places = [n for n, heading in enumerate(form.headings) if heading != ROW_NOTES]
        return View(
            tuple(Head(form.headings[n], form.numeric[n]) for n in places),
            tuple(
                Row(tuple(row[n] for n in places), codes[place] if codes else None)
                for place, row in enumerate(form.rows)
            ),
        )
    kept = [
        n
        for n, column in enumerate(table.columns)
        if not wanted or column.kolumn in wanted or column.heading in (ROW_NOTES, MARKS)
    ]
    heads = tuple(
        Head(with_notes(table.columns[n].heading, table.columns[n].noter), table.columns[n].numeric) for n in kept
    )
    rows = tuple(
        Row(tuple(shown(row[n], table.columns[n].decimaler) for n in kept), codes[place] if codes else None)
        for place, row in enumerate(table.wide.itertuples(index=False))
    )
    return View(heads, rows)


def code_column(table: PublishedTable) -> str | None:
    """The column with the codes of regions, in a table whose rows are about regions."""
    names = {column.kolumn for column in table.spec.kolumner}
    return next((name for name in _CODES if name in names and {"region", "namn"} & names), None)


def _regions(table: PublishedTable) -> list[str] | None:
    """The code of the region of each printed row."""
    code = code_column(table)
    if code is None or code not in table.tidy:
        return None
    first = table.tidy.drop_duplicates(table.spec.row_key)
    codes = [str(value) for value in first[code]]
    return codes if len(codes) == len(table.wide) else None


def _spread(edition: Catalogue, table: PublishedTable, spread: Spread) -> View:
    spec, tidy = table.spec, table.tidy
    over, measure = spec.column(spread.kolumn), spec.column(spread.matt)
    values = sorted(set(tidy[spread.kolumn]))
    marks = {value: _shared_mark(tidy[tidy[spread.kolumn] == value], spread.matt) for value in values}
    numeric = bool(
        pd.api.types.infer_dtype(tidy[spread.matt].dropna()) in ("floating", "integer", "mixed-integer-float")
    )
    unit = f" ({measure.enhet})" if measure.enhet else ""
    numbers = {
        name: tuple(n for c in table.columns if c.kolumn == name for n in c.noter)
        for name in (spread.matt, *spread.rad)
    }
    rad = [spec.column(name) for name in spread.rad]
    heads = [Head(with_notes(column.heading, numbers[column.kolumn]), column.decimaler is not None) for column in rad]
    heads += [
        Head(f"{with_notes(_over(over, value), numbers[spread.matt])}{unit} {marks[value]}".rstrip(), numeric)
        for value in values
    ]
    mixed = bool(tidy[MADE_UP].any()) and not bool(tidy[MADE_UP].all())
    noted = [note for note in spec.noter if note.rad]
    code = code_column(table)
    rows = []
    for _, group in tidy.groupby(list(spread.rad), sort=False, dropna=False):
        first = group.iloc[0]
        of = {row[spread.kolumn]: row for _, row in group.iterrows()}
        cells = [_label(column, first[column.kolumn]) for column in rad]
        cells += [_cell(measure, of.get(value), marks[value]) for value in values]
        here = [note for note in noted if all(str(first[k]) == str(v) for k, v in (note.rad or {}).items())]
        cells[0] = with_notes(cells[0], (edition.note_number(note) for note in here))
        if mixed and group[MADE_UP].any():
            cells[0] = f"{cells[0]} {MARK}"
        rows.append(Row(tuple(cells), str(first[code]) if code else None))
    return View(tuple(heads), tuple(rows))


def _over(column: Column, value: Any) -> str:
    """A value as the heading of its column: a number that is no year with what it is a number of."""
    return f"{column.rubrik} {value}" if isinstance(value, int) and value < 1000 else _label(column, value)


def _shared_mark(rows: pd.DataFrame, measure: str) -> str:
    """The mark that all numbers of a column have, which then stands in its heading."""
    found = {None if pd.isna(s) else str(s) for s in rows[STATUS][rows[measure].notna()]}
    return f"[{next(iter(found))}]" if len(found) == 1 and None not in found else ""


def _cell(column: Column, row: Any, said: str) -> str:
    if row is None:
        return ""
    value, status = row[column.kolumn], row[STATUS]
    if pd.isna(value):
        return f"[{column.tomt if pd.isna(status) else status}]"
    mark = "" if pd.isna(status) or f"[{status}]" == said else f" [{status}]"
    return f"{_label(column, value)}{mark}"


def _label(column: Column, value: Any) -> str:
    if value is None or (not isinstance(value, str) and pd.isna(value)):
        return ""
    if column.etiketter and str(value) in column.etiketter:
        return column.etiketter[str(value)]
    if isinstance(value, date):
        return drawer.month(value)
    return shown(value, column.decimaler)
