"""Suites of expectations over a table in a DuckDB file, each rule answering pass, fail, no data or not run.

A suite is Great Expectations' own JSON. Beside the type and its arguments each expectation carries ``severity`` (``critical``
blocks or takes away, ``warning`` is a remark) and ``meta``: ``kod``, ``kolumn``, ``atgard`` (what the door does), ``meddelande``
and ``forvantat`` in Swedish, for the sender. Great Expectations takes seconds to import, so it is imported when it is needed.
"""

from __future__ import annotations

import json
import logging
import os
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from dagster_project.settings import EXPECTATIONS
from dagster_project.validation import datadocs

#: duckdb-sqlalchemy needs these, otherwise the rollback at close discards results.
ENGINE = {"isolation_level": "AUTOCOMMIT", "skip_autocommit_rollback": True, "pool_reset_on_return": None}


class Utfall(StrEnum):
    """The four outcomes of a check."""

    GODKAND = "godkand"
    UNDERKAND = "underkand"
    INGA_DATA = "inga_data"
    EJ_KORD = "ej_kord"


@dataclass(frozen=True)
class Kontroll:
    """The outcome of one expectation. ``rader`` are the keys (``_nr``) of the rows that fail, with what was found there."""

    kod: str
    typ: str
    utfall: Utfall
    blockerande: bool
    meta: dict[str, Any]
    antal: int = 0
    rader: tuple[tuple[int, str | None], ...] = field(default=())
    observerat: str | None = None
    fraga: str | None = None  # the SQL of the failing rows, for an expectation that is SQL itself


def suite_path(name: str) -> Path:
    return EXPECTATIONS / f"{name}.json"


@cache
def load_suite(name: str) -> dict[str, Any]:
    """A suite file as it stands.

    :raises FileNotFoundError: there is no suite of that name.
    """
    suite: dict[str, Any] = json.loads(suite_path(name).read_text(encoding="utf-8"))
    return suite


@cache
def thresholds() -> dict[str, dict[str, Any]]:
    """The thresholds of ``expectations/trosklar.yml``, by source."""
    found: dict[str, dict[str, Any]] = yaml.safe_load((EXPECTATIONS / "trosklar.yml").read_text(encoding="utf-8"))
    return found


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


def shared_memory(db: Path) -> Any:
    """A database in memory, ``:memory:<name>``, open here and open to the suites that are run over it.

    Two connections meet in one such database only under the same configuration, and SQLAlchemy's dialect adds its signature.
    """
    import duckdb

    return duckdb.connect(str(db), config={"custom_user_agent": _signature()})


@cache
def _signature() -> str:
    import sqlalchemy

    engine = sqlalchemy.create_engine("duckdb://")
    with engine.connect() as con:
        found = con.exec_driver_sql("select current_setting('custom_user_agent')").scalar()
    engine.dispose()
    return str(found)


def failing_rows(check: Kontroll, table: str) -> str:
    """The rows of a table that fail an expectation which is SQL itself, as SQL."""
    return str(check.fraga).replace("{batch}", table)


def run(
    name: str,
    db: Path,
    table: str,
    *,
    schema: str | None = None,
    keyed: bool = True,
    page: Path | None = None,
    parameters: dict[str, Any] | None = None,
    con: Any = None,
    failing: dict[str, str] | None = None,
) -> list[Kontroll]:
    """Run suite ``name`` over ``table`` of the DuckDB file ``db``.

    :param keyed: the table has a row key ``_nr``; failing rows are named by it.
    :param parameters: values for ``$PARAMETER`` in the suite.
    :param con: an open connection to ``db``, where it is one of :func:`shared_memory`.
    :param failing: for expectations that are SQL, by ``kod``, a table that already holds their failing rows.
    :param page: where the outcome is also shown as HTML, ``<datadocs>/<suite>/<name>.html``.
    :returns: one :class:`Kontroll` per expectation of the suite, in its order. An expectation over a column the table does not
        have, or with a parameter that is not given, is not run; over an empty table there are no data.
    """
    import duckdb

    suite = load_suite(name)
    qualified = f'"{schema}"."{table}"' if schema else f'"{table}"'
    with con.cursor() if con else duckdb.connect(str(db)) as cursor:
        columns = {row[0] for row in cursor.execute(f"describe {qualified}").fetchall()}
        empty = cursor.execute(f"select count(*) = 0 from {qualified}").fetchone() == (True,)
    wanted = [_ready(e, failing) for e in suite["expectations"]]
    given = set(parameters or {})
    runnable = [e for e in wanted if not empty and _columns(e) <= columns and _parameters(e) <= given]
    with _closing_connections():
        results = iter(_run(name, runnable, db, table, schema, keyed, page, parameters) if runnable else [])
    outcome = []
    for e in wanted:
        if e in runnable:
            outcome.append(_complete(next(results), db, qualified) if keyed else next(results))
        else:
            outcome.append(_kontroll(e, Utfall.INGA_DATA if empty else Utfall.EJ_KORD))
    return outcome


def _ready(e: dict[str, Any], failing: dict[str, str] | None) -> dict[str, Any]:
    """An expectation that only looks at the failing rows found before, where they are; one of large tables is run once that way."""
    table = (failing or {}).get(e["meta"]["kod"])
    query = f"select * from {table} where exists (select 1 from {{batch}} limit 1)"
    return {**e, "kwargs": {"unexpected_rows_query": query}} if table else e


def _complete(check: Kontroll, db: Path, table: str) -> Kontroll:
    """An outcome with all its failing rows: of an expectation that is SQL, Great Expectations fetches the first ones only."""
    import duckdb

    if check.antal == len(check.rader) or check.fraga is None:
        return check
    with duckdb.connect(str(db)) as con:
        failing = con.execute(failing_rows(check, table))
        names = [column[0] for column in failing.description]
        rows = [dict(zip(names, row, strict=True)) for row in failing.fetchall()]
    return replace(check, rader=_rows(check.meta["kolumn"], rows))


def _rows(column: str | None, failing: list[dict[str, Any]]) -> tuple[tuple[int, str | None], ...]:
    """The keys of failing rows, with what was found in the column or in all the others."""
    return tuple((r["_nr"], _text(r[column] if column in r else _others(r))) for r in failing if "_nr" in r)


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


def _columns(e: dict[str, Any]) -> set[str]:
    kwargs = e["kwargs"]
    named = {kwargs.get(k) for k in ("column", "column_A", "column_B")} | set(kwargs.get("column_list", ()))
    return {c for c in (*named, *e["meta"].get("kolumner", ())) if c}


def _parameters(e: dict[str, Any]) -> set[str]:
    return {value["$PARAMETER"] for value in e["kwargs"].values() if isinstance(value, dict) and "$PARAMETER" in value}


def _kontroll(e: dict[str, Any], utfall: Utfall, **more: Any) -> Kontroll:
    return Kontroll(
        e["meta"]["kod"],
        e["type"],
        utfall,
        e.get("severity", "critical") == "critical",
        e["meta"],
        fraga=e["kwargs"].get("unexpected_rows_query"),
        **more,
    )


def _run(
    name: str,
    wanted: list[dict[str, Any]],
    db: Path,
    table: str,
    schema: str | None,
    keyed: bool,
    page: Path | None,
    parameters: dict[str, Any] | None,
) -> list[Kontroll]:
    ctx = context()
    import great_expectations as gx
    from great_expectations.core.run_identifier import RunIdentifier

    if any(d == "bygge" for d in ctx.data_sources.all()):
        ctx.data_sources.delete("bygge")
    source = ctx.data_sources.add_sql("bygge", connection_string=f"duckdb:///{db}", kwargs=ENGINE)
    asset = source.add_table_asset(table, table_name=table, schema_name=schema)
    batch = asset.add_batch_definition_whole_table("allt").get_batch()
    expectations = [{k: v for k, v in e.items() if k in ("type", "kwargs", "meta", "severity")} for e in wanted]
    fmt: dict[str, Any] = {"result_format": "COMPLETE"}
    if keyed:
        fmt["unexpected_index_column_names"] = ["_nr"]
    result = batch.validate(
        gx.ExpectationSuite(name=name, expectations=expectations), result_format=fmt, expectation_parameters=parameters
    )
    if page is not None:
        result.meta["run_id"] = RunIdentifier(run_time=datetime.now(UTC))
        datadocs.write(page, result)
    by_code = {r.expectation_config.meta["kod"]: r for r in result.results}
    return [_outcome(e, by_code[e["meta"]["kod"]]) for e in wanted]


def _outcome(e: dict[str, Any], result: Any) -> Kontroll:
    if result.exception_info.get("raised_exception"):
        raise RuntimeError(f"expectation {e['meta']['kod']}: {result.exception_info.get('exception_message')}")
    found = result.result
    if found.get("element_count") == 0:
        return _kontroll(e, Utfall.INGA_DATA)
    if result.success:
        return _kontroll(e, Utfall.GODKAND, observerat=_text(found.get("observed_value")))
    keyed = found.get("unexpected_index_list") or found.get("details", {}).get("unexpected_rows") or []
    rows = _rows(e["meta"]["kolumn"], keyed)
    count = (
        found["observed_value"] if "unexpected_rows_query" in e["kwargs"] else found.get("unexpected_count", len(keyed))
    )
    observed = found.get("partial_missing_list") or found.get("observed_value") or found.get("partial_unexpected_list")
    return _kontroll(e, Utfall.UNDERKAND, antal=int(count), rader=rows, observerat=_text(observed))


def _others(row: dict[str, Any]) -> str:
    return ", ".join(str(v) for k, v in row.items() if k != "_nr" and v is not None)


def _text(value: Any) -> str | None:
    if value is None:
        return None
    if isinstance(value, list):
        return ", ".join(map(str, value))
    return str(value)
