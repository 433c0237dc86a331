"""The rules as SQL: every rule of a suite becomes one query for the rows that fail it, run by DuckDB where the rows are.

The same suites can be run by Great Expectations (:mod:`dagster_project.validation.gx`); both must find the same rows.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

import duckdb

from dagster_project import sql
from dagster_project.validation.suites import Kontroll, Regel, Utfall

OPERATORS = {"==": "=", "!=": "<>", ">": ">", ">=": ">=", "<": "<", "<=": "<="}


def table(regel: Regel) -> str:
    """Where the failing rows of a rule lie after :func:`run`: ``_nr`` and ``hittat``, what was found, as text."""
    return f"brott_{regel.kod}"


def run(
    con: duckdb.DuckDBPyConnection,
    rules: tuple[Regel, ...],
    batch: str,
    columns: frozenset[str],
    parametrar: Mapping[str, Any],
    failed: Callable[[Regel], None] = lambda _: None,
) -> list[Kontroll]:
    """Run rules over the relation ``batch`` (with a row key ``_nr``), in order; a rule sees no row that an earlier one took out.

    :param columns: of the format, or of the table; a rule that looks at others is not applicable.
    :param parametrar: values of ``$PARAMETER``; a rule whose value is not there is not run.
    :param failed: takes out the rows of a rule that failed, before the next one is run.
    """
    outcome = []
    empty = con.execute(f"select not exists (from {batch})").fetchone() == (True,)
    for regel in rules:
        if not regel.behover <= columns:
            outcome.append(Kontroll(regel, Utfall.EJ_TILLAMPLIG))
        elif not regel.parametrar <= parametrar.keys():
            outcome.append(Kontroll(regel, Utfall.EJ_KORD))
        elif empty or not _any(con, regel, batch):
            outcome.append(Kontroll(regel, Utfall.INGA_DATA))
        else:
            outcome.append(_one(con, regel, batch, parametrar))
            if outcome[-1].utfall == Utfall.UNDERKAND and not regel.hela:
                failed(regel)
    return outcome


def _any(con: duckdb.DuckDBPyConnection, regel: Regel, batch: str) -> bool:
    """Whether there is a row that the rule is about."""
    return not regel.bara_dar or con.execute(f"select exists (from {batch} where {_where(regel)})").fetchone() == (
        True,
    )


def _one(con: duckdb.DuckDBPyConnection, regel: Regel, batch: str, parametrar: Mapping[str, Any]) -> Kontroll:
    if regel.hela:
        [found] = con.execute(_missing(regel, batch)).fetchone() or (None,)
        return Kontroll(regel, Utfall.GODKAND if found is None else Utfall.UNDERKAND, observerat=found)
    for name, query in regel.underlag.items():
        con.execute(f"create or replace temp table {name} as {query.replace('{batch}', batch)}")
    con.execute(f"create or replace temp table {table(regel)} as {_failing(con, regel, batch, parametrar)}")
    count, found = con.execute(f"select count(*), min_by(hittat, _nr) from {table(regel)}").fetchone() or (0, None)
    return Kontroll(regel, Utfall.UNDERKAND if count else Utfall.GODKAND, int(count), found)


def _failing(con: duckdb.DuckDBPyConnection, regel: Regel, batch: str, parametrar: Mapping[str, Any]) -> str:
    """The rows that fail, as SQL: ``_nr`` and ``hittat``."""
    if regel.typ == "unexpected_rows_expectation":
        query = regel.villkor["unexpected_rows_query"].replace("{batch}", batch)
        names = [name for name, *_ in con.execute(f"describe {query}").fetchall() if name != "_nr"]
        own = [regel.kolumn] if regel.kolumn in names else names
        cells = ", ".join(f"{sql.identifier(str(name))}::varchar" for name in own) or "null"
        found = cells if len(own) == 1 else f"concat_ws(', ', {cells})"
        return f"select _nr, {found} as hittat from ({query})"
    broken, column = _broken(regel, parametrar)
    return f"select _nr, {column}::varchar as hittat from {batch} where ({_where(regel)}) and ({broken})" + (
        f" qualify count(*) over (partition by {column}) > 1"
        if regel.typ == "expect_column_values_to_be_unique"
        else ""
    )


def _broken(regel: Regel, parametrar: Mapping[str, Any]) -> tuple[str, str]:
    """When a row fails, and the column that is shown of it. A missing value fails nothing but the rule that it be there."""
    if regel.typ == "expect_column_pair_values_a_to_be_greater_than_b":
        a, b = (sql.identifier(regel.villkor[f"column_{side}"]) for side in "AB")
        return f"{a} < {b}", sql.identifier(regel.kolumn or regel.villkor["column_A"])
    column = sql.identifier(regel.villkor["column"])
    match regel.typ:
        case "expect_column_values_to_not_be_null":
            return f"{column} is null", column
        case "expect_column_values_to_be_unique":
            return f"{column} is not null", column
        case _:
            return _outside(column, regel, parametrar), column


def _missing(regel: Regel, batch: str) -> str:
    """The values of the set that the column does not have, as SQL: null when it has them all."""
    values = ", ".join(f"({sql.literal(v)}, {i})" for i, v in enumerate(regel.villkor["value_set"]))
    column = sql.identifier(regel.villkor["column"])
    return f"""select string_agg(v, ', ' order by i) from (values {values}) as m(v, i)
        where v not in (select {column}::varchar from {batch} where {column} is not null)"""


def _outside(column: str, regel: Regel, parametrar: Mapping[str, Any]) -> str:
    low, high = (regel.value(name, parametrar) for name in ("min_value", "max_value"))
    limits = [f"{column} {sign} {_value(v)}" for sign, v in (("<", low), (">", high)) if v is not None]
    return " or ".join(limits) or "false"


def _where(regel: Regel) -> str:
    return (
        " and ".join(f"{sql.identifier(name)} {OPERATORS[op]} {_value(v)}" for name, op, v in regel.bara_dar) or "true"
    )


def _value(value: object) -> str:
    if isinstance(value, date):
        return f"date '{value}'"
    return sql.literal(value) if isinstance(value, str) else str(value)
