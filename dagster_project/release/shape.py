"""How a table is made short for people: what is the same in all rows is said once, what is empty is left out, and remarks become notes.

The csv file has every column and row. A table that a report has numbered stands as it is printed.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import duckdb

from dagster_project import sql
from dagster_project.release.catalogue import Catalogue, Note, Table
from dagster_project.warehouse.graph import SCHEMA

#: The marks of a number that is not available, and of one that is not applicable.
NOT_AVAILABLE, NOT_APPLICABLE = "[x]", "[z]"
_LACKING = {NOT_AVAILABLE, NOT_APPLICABLE}


class Shape(NamedTuple):
    """Which rows and columns are printed, and what is said instead of the others, a sentence each."""

    rows: bool
    columns: list[bool]
    said: list[str]


def with_remarks(con: duckdb.DuckDBPyConnection, edition: Catalogue) -> Catalogue:
    """The edition in which the remarks on rows (columns that are shown as notes) are notes at these rows."""
    tables = []
    for table in edition.tabeller:
        found: list[Note] = []
        for column in (column for column in table.kolumner if column.visa == "not"):
            keys = ", ".join(f"cast({sql.identifier(name)} as varchar)" for name in table.row_key)
            name = sql.identifier(column.kolumn)
            asked = f"select {name}, {keys} from {SCHEMA}.{sql.identifier(table.id)} where {name} is not null order by _ordning"
            for text, *values in con.execute(asked).fetchall():
                key: dict[str, str | int] = dict(zip(table.row_key, map(str, values), strict=True))
                found.append(Note(text=text, rad=key))
        tables.append(table.model_copy(update={"noter": [*table.noter, *found]}) if found else table)
    return edition.having(tabeller=tables)


def of(
    table: Table,
    headings: Sequence[str],
    measures: Sequence[bool],
    fixed: Sequence[bool],
    rows: Sequence[Sequence[str]],
) -> Shape:
    """What is printed of a table. One that has lost all its numbers, because none is available, is a sentence.

    :param headings: the columns' headings, and ``measures`` which of them hold numbers that are no key.
    :param fixed: the columns that are printed whatever stands in them.
    :param rows: the cells as they are shown; what is blank is an empty text.
    """
    columns = [list(cells) for cells in zip(*rows, strict=True)] if rows else [[""] for _ in headings]
    same = [len(set(cells)) == 1 and len(rows) > 1 and not fixed[n] for n, cells in enumerate(columns)]
    lacking = [n for n, cells in enumerate(columns) if measures[n] and rows and set(cells) <= _LACKING]
    told = [(headings[n], columns[n][0]) for n, alike in enumerate(same) if alike and n not in lacking]
    common = [f"{heading}: {value}" for heading, value in told if value not in {"", *_LACKING}]
    said = [f"Gäller alla rader: {'; '.join(common)}."] if common else []
    left = [n for n, is_measure in enumerate(measures) if is_measure and not same[n] and n not in lacking]
    if any(NOT_AVAILABLE in columns[n] for n in lacking) and not left:
        many = "tabellens enda rad" if len(rows) == 1 else f"samtliga {len(rows)} rader i tabellen"
        return Shape(False, [True] * len(headings), [*said, f"Uppgift saknas för {many}."])
    if table.nummer or sum(same) > len(same) - 2:
        return Shape(True, [True] * len(headings), [])
    without = [headings[n] for n in lacking if same[n] and columns[n][0] == NOT_AVAILABLE]
    said += [f"Uppgift saknas för alla rader: {'; '.join(without)}."] if without else []
    return Shape(True, [not each for each in same], said)
