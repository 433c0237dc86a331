"""The same suites run by Great Expectations, as a second opinion: it must find what :mod:`dagster_project.validation.executor` found.

One validation per source and build, over all deliveries that were judged in it. Great Expectations takes seconds to import, so it is
imported when it is needed, and never for the judgement itself.
"""

from __future__ import annotations

import logging
import os
import warnings
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

import duckdb

from dagster_project import sql
from dagster_project.validation.suites import Kontroll, Regel, Utfall

#: duckdb-sqlalchemy needs these, otherwise the rollback at close discards results.
ENGINE = {"isolation_level": "AUTOCOMMIT", "skip_autocommit_rollback": True, "pool_reset_on_return": None}

TABLE = "rader"


@dataclass(frozen=True)
class Parti:
    """The rows of one delivery as they were before its rules were run, and what these found.

    :param rader: a Parquet file. ``_till`` is the number of the rule that took a row out; a rule is about those with its own or a
        larger one.
    """

    namn: str
    rader: Path
    kontroller: Sequence[Kontroll]
    parametrar: Mapping[str, Any]

    @property
    def run(self) -> list[tuple[int, Kontroll]]:
        """The rules that were run, by number."""
        return [
            (number, k) for number, k in enumerate(self.kontroller) if k.utfall in (Utfall.GODKAND, Utfall.UNDERKAND)
        ]


def differences(name: str, partier: Sequence[Parti], work: Path) -> list[str]:
    """In one sentence each, where Great Expectations counts other failing rows than the door did; there should be none.

    :param name: of the suite.
    :param work: an existing folder for a database.
    """
    found = validate(name, partier, work)
    said = []
    for parti in partier:
        for _, check in parti.run:
            mine = (check.antal or None) if not check.regel.hela else (check.utfall == Utfall.UNDERKAND or None)
            theirs = found[parti.namn, check.kod][0] or None
            if mine != theirs:
                said.append(f"{name}, {parti.namn}: {check.kod}: the door found {mine}, Great Expectations {theirs}")
    return said


def validate(
    name: str,
    partier: Sequence[Parti],
    work: Path,
    complete: bool = False,
    beside: Mapping[str, Path] = MappingProxyType({}),
) -> dict[tuple[str, str], tuple[int, list[int]]]:
    """By delivery and ``kod``: how many rows fail (1 for a rule about the whole table) and, where ``complete``, which (``_nr``).

    :param beside: tables that the rules look into, each a Parquet file.
    """
    db = work / "validering.duckdb"
    files = ", ".join(sql.path(p.rader) for p in partier)
    with duckdb.connect(str(db)) as con:
        con.execute(f"create table {TABLE} as from read_parquet([{files}], union_by_name = true)")
        for table, path in beside.items():
            con.execute(f"create table {table} as from read_parquet({sql.path(path)})")
    entries: list[dict[str, Any]] = []
    given: dict[str, Any] = {}
    for number, parti in enumerate(partier):
        given |= {f"p{number}__{key}": value for key, value in parti.parametrar.items()}
        for rank, check in parti.run:
            before = [k.regel for k in parti.kontroller[: rank + 1]]
            tables = {name: query for regel in before for name, query in regel.underlag.items()}
            entries.append(_entry(check.regel, parti.namn, rank, f"p{number}__", tables))
    if not entries:
        return {}
    with _closing_connections():
        results = _validate(name, db, entries, given, complete)
    found = {}
    for result in results:
        meta = result.expectation_config.meta
        told = [result.exception_info, *result.exception_info.values()]  # of the rule, or of each of its metrics
        if raised := [e for e in told if isinstance(e, dict) and e.get("raised_exception")]:
            raise RuntimeError(f"{name}: {meta['kod']}: {raised[0].get('exception_message')}")
        found[meta["parti"], meta["kod"]] = _failing(result)
    return found


def _failing(result: Any) -> tuple[int, list[int]]:
    got = result.result
    keyed = got.get("unexpected_index_list") or (got.get("details") or {}).get("unexpected_rows") or []
    count = got.get("unexpected_count")
    if count is None:
        observed = got.get("observed_value")
        count = observed if isinstance(observed, int) else int(not result.success)
    return int(count), sorted(row["_nr"] for row in keyed if "_nr" in row)


def _entry(regel: Regel, parti: str, rank: int, prefix: str, underlag: dict[str, str]) -> dict[str, Any]:
    """An expectation about one delivery's rows only, and of these about the ones the rule sees."""
    rows = f"(select * from {{batch}} where _leverans_id = {sql.literal(parti)} and _till >= {rank})"
    villkor: dict[str, Any] = {
        key: {"$PARAMETER": prefix + value["$PARAMETER"]}
        if isinstance(value, dict) and "$PARAMETER" in value
        else value
        for key, value in regel.villkor.items()
    }
    if regel.typ == "unexpected_rows_expectation":
        query = str(regel.villkor["unexpected_rows_query"]).replace("{batch}", rows)
        if underlag:
            tables = ", ".join(f"{name} as ({q.replace('{batch}', rows)})" for name, q in underlag.items())
            query = f"with {tables} select * from ({query})"
        villkor = {"unexpected_rows_query": query}
    else:
        where = [*regel.bara_dar, ("_leverans_id", "==", parti), ("_till", ">=", rank)]
        villkor["condition_parser"] = "great_expectations"
        villkor["row_condition"] = {
            "type": "and",
            "conditions": [
                {"type": "comparison", "column": {"name": column}, "operator": operator, "parameter": value}
                for column, operator, value in where
            ],
        }
    meta = {"kod": regel.kod, "parti": parti}
    return {"type": regel.typ, "kwargs": villkor, "severity": regel.severity, "meta": meta}


@cache
def context() -> Any:
    """One quiet Great Expectations context per process."""
    os.environ["GX_ANALYTICS_ENABLED"] = "false"
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import great_expectations as gx
        from great_expectations.data_context.types.base import ProgressBarsConfig
    logging.getLogger("great_expectations").setLevel(logging.ERROR)
    ctx = gx.get_context(mode="ephemeral")
    ctx.variables.progress_bars = ProgressBarsConfig(globally=False)
    return ctx


def _validate(name: str, db: Path, entries: list[dict[str, Any]], given: dict[str, Any], complete: bool) -> Any:
    ctx = context()
    import great_expectations as gx
    from sqlalchemy import URL

    if any(d == "bygge" for d in ctx.data_sources.all()):
        ctx.data_sources.delete("bygge")
    url = URL.create("duckdb", database=str(db)).render_as_string()
    asset = ctx.data_sources.add_sql("bygge", connection_string=url, kwargs=ENGINE).add_table_asset(
        TABLE, table_name=TABLE
    )
    batch = asset.add_batch_definition_whole_table("allt").get_batch()
    fmt = {"result_format": "COMPLETE", "unexpected_index_column_names": ["_nr"], "partial_unexpected_count": 1 << 20}
    suite = gx.ExpectationSuite(name=name, expectations=entries)
    result = batch.validate(
        suite, result_format=fmt if complete else {"result_format": "SUMMARY"}, expectation_parameters=given
    )
    return result.results


@contextmanager
def _closing_connections() -> Iterator[None]:
    """Close every database connection opened within. Great Expectations leaves some open, and an open one locks the file."""
    from sqlalchemy import event
    from sqlalchemy.pool import Pool

    opened: list[Any] = []

    def note(connection: Any, _record: Any) -> None:
        opened.append(connection)

    event.listen(Pool, "connect", note)
    try:
        yield
    finally:
        event.remove(Pool, "connect", note)
        for connection in opened:
            connection.close()
