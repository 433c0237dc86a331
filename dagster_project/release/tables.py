"""Published tables: a catalogue record and ``tabell.<id>`` of a frozen database become one table for people and one for machines."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from itertools import compress, groupby
from typing import Any

import duckdb
import pandas as pd

from dagster_project.release import ReleaseError, shape
from dagster_project.release.catalogue import Catalogue, CellForm, Column, Note, Table
from dagster_project.release.database import MADE_UP, MARK, MEANING, ORDER
from dagster_project.warehouse.graph import SCHEMA

STATUS = "varde_status"
#: The statuses that say why a number is not there. Others go with a number: where one is missing beside them, its column says why.
MISSING = ("c", "x", "z")
ROW_NOTES = "Noter"
MARKS = "Markering"

_NUMERIC = {"tinyint", "smallint", "integer", "bigint", "hugeint", "float", "double", "decimal"}
_MISSING_MART = "Tabellen saknar uppgifter i denna utgåva."
_HELD_MART = "Tabellen bygger på de senast godkända uppgifterna."
_EMPTY = "Inga uppgifter har kommit in till tabellen."


@dataclass(frozen=True)
class PublishedColumn:
    """A column of the table for people: its heading with unit, and how its numbers are shown.

    ``kolumn`` is its name in the database and ``grupp`` the label of the pivot column that it belongs to.
    """

    heading: str
    numeric: bool = False
    decimaler: int | None = None
    noter: tuple[int, ...] = ()
    kolumn: str | None = None
    grupp: str | None = None


@dataclass(frozen=True)
class PublishedTable:
    """One table of the release.

    ``wide`` is the table as printed: one column per entry of ``columns``, numbers as numbers, a missing number as its
    mark (``[x]``). ``tidy`` has a row per observation under the database's own names, with ``varde_status`` and
    ``pahittad`` last. Where all rows are made up the title says so, otherwise each such row. ``gemensamt`` says, a sentence each, what is
    the same in all rows and therefore no column.
    """

    spec: Table
    columns: tuple[PublishedColumn, ...]
    wide: pd.DataFrame
    tidy: pd.DataFrame
    noter: tuple[int, ...]
    forbehall: tuple[str, ...]
    markeringar: tuple[str, ...]
    meddelande: str | None
    gemensamt: tuple[str, ...] = ()


@dataclass(frozen=True)
class PrintedTable:
    """The table as text for print: Swedish numbers, notes at what they concern as ``[not 1]``."""

    headings: tuple[str, ...]
    numeric: tuple[bool, ...]
    rows: list[tuple[str, ...]]


@dataclass(frozen=True)
class Source:
    """Where figures come from, as the reader is told: a row of ``referens.kallor``."""

    kalla: str
    namn: str
    leverantor: str
    insamling_fran: date | None
    insamling_till: date | None
    referensperiod: str | None
    kalltext: str | None
    forbehall: str | None


def sources(con: duckdb.DuckDBPyConnection, tables: Iterable[Table]) -> list[Source]:
    """The sources of the tables, in the order they are met. A source nobody has described stops the release."""
    found = []
    for kalla in dict.fromkeys(kalla for table in tables for kalla in table.kallor):
        columns = ", ".join(field.name for field in fields(Source))
        row = con.execute(f"select {columns} from referens.kallor where kalla = ?", [kalla]).fetchone()
        if row is None:
            raise ReleaseError(f"source {kalla} is not in referens.kallor: describe it in seeds/reference/kallor.csv")
        found.append(Source(*row))
    return found


@dataclass(frozen=True)
class Standing:
    """What readers must be told of tables because of what they rest on.

    ``marts``: the marts behind each table. ``held``: the marts, and under ``tabell.<id>`` the tables, that keep their last
    good state, with the reason in Swedish.
    """

    marts: Mapping[str, Sequence[str]]
    held: Mapping[str, str]

    def reason(self, table: Table) -> str | None:
        """Why the table is not what was last delivered, if it is not."""
        behind = (f"{SCHEMA}.{table.id}", *self.marts[table.id])
        return next((self.held[name] for name in behind if name in self.held), None)


def build_all(con: duckdb.DuckDBPyConnection, edition: Catalogue, standing: Standing) -> list[PublishedTable]:
    """Every table of the edition, in the catalogue's order."""
    return [build(con, edition, table, standing) for table in edition.tabeller]


def build(con: duckdb.DuckDBPyConnection, edition: Catalogue, table: Table, standing: Standing) -> PublishedTable:
    """One table of the edition: ``tabell.<id>`` in words. Nothing is computed here.

    :raises ReleaseError: the table and the catalogue do not agree about columns, key or labels.
    """
    tidy, numeric = _read(con, table)
    columns, rows = _spread(edition, table, tidy, numeric)
    formed = shape.of(
        table,
        [column.heading for column in columns],
        [column.numeric and column.kolumn not in table.nyckel for column in columns],
        [column.grupp is not None or column.kolumn is None for column in columns],
        [[shown(cell, column.decimaler) for cell, column in zip(row, columns, strict=True)] for row in rows],
    )
    columns = tuple(compress(columns, formed.columns))
    rows = [list(compress(row, formed.columns)) for row in rows] if formed.rows else []
    used = {mark for row in rows for cell in row if isinstance(cell, str) for mark in cell.split()}
    warnings = [source.forbehall for source in sources(con, [table]) if source.forbehall]
    return PublishedTable(
        spec=table.model_copy(update={"titel": f"{table.titel} {MARK}"}) if _wholly(tidy) else table,
        columns=columns,
        wide=pd.DataFrame(rows, columns=[column.heading for column in columns], dtype=object),
        tidy=tidy,
        noter=_numbers(edition, (note for note in table.noter if not note.kolumn and not note.rad)),
        forbehall=tuple(dict.fromkeys(warnings)),
        markeringar=tuple(mark for mark in edition.markeringar if f"[{mark}]" in used),
        meddelande=_message(con, table, standing, empty=tidy.empty),
        gemensamt=tuple(formed.said),
    )


def remarks(edition: Catalogue, table: PublishedTable) -> list[str]:
    """What the reader must know of a table besides its title and source: reservations, rounding, notes, marks, state."""
    spec = table.spec
    lines = [*table.gemensamt, *(f"Förbehåll: {text}" for text in table.forbehall)]
    if spec.avrundning:
        lines.append(edition.avrundningsregler[spec.avrundning])
    for number in sorted({edition.note_number(note) for note in spec.noter}):
        lines.append(f"{note_marks([number])} {edition.noter[number - 1]}")
    lines += [f"[{mark}] {edition.markeringar[mark]}" for mark in table.markeringar]
    lines += [f"{MARK} {MEANING}"] if table.tidy[MADE_UP].any() else []
    return [*lines, table.meddelande] if table.meddelande else lines


def with_notes(text: str, numbers: Iterable[int]) -> str:
    """The text followed by its note marks."""
    return f"{text} {note_marks(numbers)}".rstrip()


def rounded(value: Any, decimaler: int | None) -> Decimal:
    """The number that the reader sees: halves rounded up (away from zero) as in Excel; without ``decimaler`` as it is held."""
    number = Decimal(str(value))
    if decimaler is None:
        return number.normalize()
    return number.quantize(Decimal(1).scaleb(-decimaler), ROUND_HALF_UP) + 0


def shown(value: Any, decimaler: int | None = None) -> str:
    """A value as Swedish print shows it: decimal comma, hard blanks between thousands, :func:`rounded`.

    Without ``decimaler`` a number stands as it is held and is not grouped, so that a year stays a year.
    """
    if value is None or isinstance(value, str):
        return value or ""
    number = rounded(value, decimaler)
    text = f"{number:f}" if decimaler is None else f"{number:,f}"
    return text.replace(",", "\N{NO-BREAK SPACE}").replace(".", ",").replace("-", "\N{MINUS SIGN}")


def printed(table: PublishedTable) -> PrintedTable:
    """The table for print: notes on a row stand at its first cell, and a pivot may print its measures in one cell."""
    numbers = [n for n, column in enumerate(table.columns) if column.heading != ROW_NOTES]
    form = table.spec.pivot.tryck if table.spec.pivot else None
    grouped = groupby(numbers, key=lambda n: (table.columns[n].grupp if form else None) or n)
    parts = [list(group) for _, group in grouped]
    headings, numeric = [], []
    for part in parts:
        first = table.columns[part[0]]
        heading = f"{first.grupp}, {form.enhet}" if form and first.grupp else first.heading
        headings.append(with_notes(heading, dict.fromkeys(note for n in part for note in table.columns[n].noter)))
        numeric.append(first.numeric)
    noted = next((n for n, column in enumerate(table.columns) if column.heading == ROW_NOTES), None)
    rows = []
    for row in table.wide.itertuples(index=False):
        cells = [_printed_cell(table.columns, part, row, form) for part in parts]
        if noted is not None and row[noted]:
            cells[0] = f"{cells[0]} {row[noted]}"
        rows.append(tuple(cells))
    return PrintedTable(tuple(headings), tuple(numeric), rows)


def _printed_cell(
    columns: Sequence[PublishedColumn], part: list[int], row: Sequence[Any], form: CellForm | None
) -> str:
    cells = {str(columns[n].kolumn): shown(row[n], columns[n].decimaler) for n in part}
    missing = all(isinstance(row[n], str) for n in part)
    if form and columns[part[0]].grupp and not missing:
        return form.form.format(**cells)
    return next(iter(cells.values()))


def note_marks(numbers: Iterable[int]) -> str:
    """``[not 1] [not 2]``."""
    return " ".join(f"[not {number}]" for number in numbers)


def _message(con: duckdb.DuckDBPyConnection, table: Table, standing: Standing, *, empty: bool) -> str | None:
    reason = standing.reason(table)
    if empty:
        known = con.execute("select table_name from duckdb_tables() where schema_name = 'mart'").fetchall()
        if not set(standing.marts[table.id]) <= {name for (name,) in known}:
            return f"{_MISSING_MART} {reason}" if reason else _MISSING_MART
    if reason:
        return f"{_HELD_MART} {reason}"
    return _EMPTY if empty else None


def _read(con: duckdb.DuckDBPyConnection, table: Table) -> tuple[pd.DataFrame, set[str]]:
    """The observations, and which columns hold numbers. Values stay as they are: a count never turns into a float."""
    try:
        result = con.execute(f'select * from {SCHEMA}."{table.id}" order by {ORDER}')
    except duckdb.Error as error:
        raise ReleaseError(f"{table.id}: {' '.join(str(error).split())}") from error
    names = [column[0] for column in result.description]
    numeric = {column[0] for column in result.description if column[1].id in _NUMERIC}
    rows = [[float(v) if isinstance(v, Decimal) else v for v in row] for row in result.fetchall()]
    if STATUS not in names:  # none of its values ever has one
        names, rows = [*names, STATUS], [[*row, None] for row in rows]
    printed = [*(column.kolumn for column in table.kolumner), STATUS, MADE_UP]
    if strange := {name for name in names if not name.startswith("_")} ^ set(printed):
        raise ReleaseError(
            f"{table.id}: {', '.join(sorted(strange))} is in the catalogue or in the table, but not in both"
        )
    frame = pd.DataFrame(rows, columns=names, dtype=object)[printed]
    if not (double := frame[frame.duplicated(table.nyckel)]).empty:
        raise ReleaseError(f"{table.id}: nyckel {tuple(double.iloc[0][table.nyckel])} has more than one row")
    for column in table.kolumner:
        if column.etiketter and (odd := sorted(set(frame[column.kolumn].dropna().map(str)) - set(column.etiketter))):
            raise ReleaseError(f"{table.id}: {column.kolumn} has {', '.join(odd)}, which has no label in etiketter")
    return frame, numeric


def _spread(
    edition: Catalogue, table: Table, tidy: pd.DataFrame, numeric: set[str]
) -> tuple[tuple[PublishedColumn, ...], list[list[Any]]]:
    """The table as printed: headings, and rows of labels, numbers and marks.

    Numbers that are shown but carry a status (preliminary, revised, …) stay numbers: their marks, and the notes on a
    row, stand in columns of their own, which are there only when used.
    """
    layout = list(_layout(table))
    columns = [
        PublishedColumn(
            _heading(table, column, label),
            column.kolumn in numeric,
            column.decimaler,
            _numbers(edition, (note for note in table.noter if note.kolumn == column.kolumn)),
            column.kolumn,
            label,
        )
        for column, _, label in layout
    ] + [PublishedColumn(ROW_NOTES), PublishedColumn(MARKS)]
    rows = []
    for group in _groups(table, tidy):
        cells = [_cell(table, column, option, group, column.kolumn in numeric) for column, option, _ in layout]
        statuses = {row[STATUS] for row in group}
        marks = [f"[{mark}]" for mark in edition.markeringar if mark in statuses and f"[{mark}]" not in cells]
        marks += [MARK] if any(row[MADE_UP] for row in group) and not _wholly(tidy) else []
        rows.append([*cells, note_marks(_row_notes(edition, table, group)) or None, " ".join(marks) or None])
    used = [number < len(layout) or any(row[number] for row in rows) for number in range(len(columns))]
    return tuple(compress(columns, used)), [list(compress(row, used)) for row in rows]


def _groups(table: Table, tidy: pd.DataFrame) -> Iterable[list[dict[str, Any]]]:
    """The rows of the tidy table by the printed row they make, in order."""
    found: dict[tuple[Any, ...], list[dict[str, Any]]] = {}
    for row in tidy.to_dict("records"):
        key = tuple(None if pd.isna(row[name]) else row[name] for name in table.row_key)
        found.setdefault(key, []).append(row)
    return found.values()


def _wholly(rows: pd.DataFrame) -> bool:
    """Are the rows made up, all of them?"""
    return not rows.empty and bool(rows[MADE_UP].all())


def _heading(table: Table, column: Column, label: str | None) -> str:
    """The column's own heading, under a pivot's label; a pivot of one measure is told by its labels alone."""
    if label is None or table.pivot is None:
        return column.heading
    if len(table.pivot.matt) > 1:
        return f"{label}, {column.heading}"
    return f"{label} ({column.enhet})" if column.enhet else label


def _layout(table: Table) -> Iterator[tuple[Column, str | None, str | None]]:
    """The printed columns in order, with the value of the pivot column that each one shows and its label."""
    for column in table.kolumner:
        if table.pivot and column.kolumn == table.pivot.kolumn:
            for option, label in (column.etiketter or {}).items():
                for measure in table.pivot.matt:
                    yield table.column(measure), option, label
        elif column.rubrik and column.visa != "not" and not (table.pivot and column.kolumn in table.pivot.matt):
            yield column, None, None


def _cell(table: Table, column: Column, option: str | None, group: list[dict[str, Any]], numeric: bool) -> Any:
    """What one cell shows: a number, a label, a mark instead of a missing value, or nothing where a text is blank."""
    pivot = table.pivot.kolumn if option is not None and table.pivot else None
    row = next((row for row in group if pivot is None or row[pivot] == option), None)
    value, status = (row[column.kolumn], row[STATUS]) if row else (None, None)
    if pd.isna(value):
        mark = status if status in MISSING else (column.tomt if numeric else status)
        return f"[{mark}]" if mark else None
    if column.etiketter:
        return column.etiketter[str(value)]
    if column.visa == "manad":
        return f"{value:%Y-%m}"
    return value.isoformat() if isinstance(value, date) else value


def _row_notes(edition: Catalogue, table: Table, group: list[dict[str, Any]]) -> tuple[int, ...]:
    first = group[0]
    here = (note for note in table.noter if note.rad and all(str(first[k]) == str(v) for k, v in note.rad.items()))
    return _numbers(edition, here)


def _numbers(edition: Catalogue, notes: Iterable[Note]) -> tuple[int, ...]:
    return tuple(edition.note_number(note) for note in notes)
