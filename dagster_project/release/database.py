"""The analysts' database: marts, printed tables, reference tables and the data dictionary, in a file that older DuckDB clients open."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

import duckdb

from dagster_project import sql
from dagster_project.release import ReleaseError
from dagster_project.release.catalogue import Naming
from dagster_project.warehouse import columns as dictionary
from dagster_project.warehouse.graph import SCHEMA, Graph

#: Readable by every client since DuckDB 1.0 (R, DBeaver and others lag behind).
STORAGE_VERSION = "v1.0.0"
COPIED = ("mart", "referens")
SCHEMAS = (*COPIED, SCHEMA)
DICTIONARY = "dataordlista"
#: The mart, and the printed table, that lists how a release differs from the one before it; empty as dbt leaves it.
REVISIONS = "revideringar"
#: The columns of a printed table that say in which order its rows are printed, and which of them are made up.
ORDER, MADE_UP = "_ordning", "pahittad"
#: The mark at what is made up, and what it means.
MARK, MEANING = "[påhittad]", "bygger på minst en påhittad leverans och säger ingenting om verkliga uppgiftslämnare"


@dataclass(frozen=True)
class Content:
    """What a table holds, whatever its bytes on disk."""

    rader: int
    sha256: str


def create(target: Path, build_db: Path, held: Mapping[str, Path | None]) -> None:
    """Write the database ``target`` from the build's own: marts and reference tables. :func:`complete` adds the rest.

    ``held`` names the marts that keep their last good state, with the database that holds it (None: there is none, and
    the mart is left out). Rows are inserted in a fixed order, so the same tables give the same contents.
    """
    with duckdb.connect() as con:
        sql.one_thread(con)
        con.execute(f"attach {sql.literal(target)} as ny (storage_version '{STORAGE_VERSION}')")
        build = build_db.stem  # dbt's views name the database that they are in
        con.execute(f"attach {sql.literal(build_db)} as {sql.identifier(build)} (read_only)")
        con.execute("begin")
        for schema in COPIED:
            con.execute(f"create schema ny.{schema}")
        for schema, table in _tables(con, build, COPIED):
            if schema != "mart" or table not in held:
                _copy(con, build, schema, table)
        con.execute("commit")
        for mart, kept in held.items():
            if kept is not None:
                con.execute(f"attach {sql.literal(kept)} as senaste (read_only)")
                if ("mart", mart) in _tables(con, "senaste"):
                    _copy(con, "senaste", "mart", mart)
                con.execute("detach senaste")
        con.execute("detach ny")


def complete(
    target: Path, dbt_manifest: Path, models: Mapping[str, str], held: Iterable[str], last: Path | None
) -> None:
    """Add the printed tables and the data dictionary to the database ``target``.

    ``models`` are dbt's, by the tables' ids.

    A table is dbt's own SQL over the marts and reference tables of this database: it shows what stands there, held marts and
    marks of revision included. One that is ``held``, or that dbt left out because something before it failed, is that of the
    release database ``last``. One without marts, or without a last good state, is empty.
    """
    graph = Graph.of(dbt_manifest)
    with duckdb.connect() as con:
        sql.one_thread(con)
        con.execute(f"attach {sql.literal(target)} as ny")
        if last is not None:
            con.execute(f"attach {sql.literal(last)} as senaste (read_only)")
        for build in {graph.nodes[uid]["database"] for uid in models.values()}:
            stand_in(con, "ny", build)
        marts = {table for schema, table in _tables(con, "ny") if schema == "mart"}
        earlier = _tables(con, "senaste") if last is not None else []
        con.execute("begin")
        con.execute(f"create schema ny.{SCHEMA}")
        for name, model in models.items():
            node = graph.nodes[model]
            table = f"{SCHEMA}.{sql.identifier(name)}"
            columns = [f"{sql.identifier(column)} {about['data_type']}" for column, about in node["columns"].items()]
            con.execute(f"create table ny.{table} ({', '.join(columns)}, {MADE_UP} boolean default false)")
            made = name not in held and node.get("compiled_code")
            try:
                if made and set(graph.marts_of(model)) <= marts:
                    con.execute(f"insert into ny.{table} by name (from ({made})) order by {ORDER}")
                elif not made and (SCHEMA, name) in earlier:
                    con.execute(f"insert into ny.{table} by name from senaste.{table} order by {ORDER}")
            except duckdb.Error as error:
                raise ReleaseError(f"{name}: {' '.join(str(error).split())}") from error
        _dictionary(con, described(graph, models))
        con.execute("commit")


def mark(
    con: duckdb.DuckDBPyConnection,
    database: str,
    tables: Mapping[str, Collection[int]],
    marts: Mapping[str, Collection[int]],
) -> None:
    """Mark what is made up in an attached database: rows of the printed tables in their column ``pahittad``, marts in their comments.

    :param tables: the made-up rows of each printed table, by their place in it.
    :param marts: the made-up rows of each mart.
    """
    con.execute("begin")
    for name, places in tables.items():
        table = f"{database}.{SCHEMA}.{sql.identifier(name)}"
        con.execute(f"update {table} set {MADE_UP} = true where {ORDER} in (select unnest(?))", [sorted(places)])
    say(con, database, {name: [f"{MARK} Antal rader som {MEANING}: {len(rows)}."] for name, rows in marts.items()})
    con.execute("commit")


def say(con: duckdb.DuckDBPyConnection, database: str, marts: Mapping[str, Iterable[str]]) -> None:
    """Add sentences to the comments of marts in an attached database."""
    asked = "select table_name, comment from duckdb_tables() where schema_name = 'mart' and database_name = ?"
    known = dict(con.execute(asked, [database]).fetchall())
    for name, said in marts.items():
        text = " ".join([known[name] or "", *said]).strip()
        con.execute(f"comment on table {database}.mart.{sql.identifier(name)} is {sql.literal(text)}")


def unname(
    target: Path,
    tables: Mapping[str, Naming],
    marts: Mapping[str, Naming],
    made_up: Mapping[str, Collection[int]],
    names: Path,
) -> None:
    """Give another name to whoever a made-up row of the database ``target`` names as late or missing, in printed tables and in marts. What
    was revised of such a mart is told of real rows only.

    :param made_up: the made-up rows of each mart, by ``rowid``.
    :param names: the file that says who was meant, for a trace: which text stands for which, by table and column.
    """
    with duckdb.connect(str(target)) as con:
        con.execute("begin")
        con.execute("create temp table namn (tabell varchar, kolumn varchar, efter varchar, fore varchar)")
        for name, naming in tables.items():
            _unname(con, f"{SCHEMA}.{sql.identifier(name)}", naming, MADE_UP)
        for name in marts.keys() & made_up.keys():
            rows = ", ".join(map(str, sorted(made_up[name])))
            _unname(con, f"mart.{sql.identifier(name)}", marts[name], f"rowid in ({rows})")
        if rows := ", ".join(map(str, sorted(made_up.get(REVISIONS, ())))):
            told = f"mart in ({', '.join(map(sql.literal, marts))})"
            con.execute(f"delete from mart.{REVISIONS} where {told} and rowid in ({rows})")
            con.execute(f"delete from {SCHEMA}.{REVISIONS} where {told} and {MADE_UP}")
        names.parent.mkdir(parents=True, exist_ok=True)
        con.execute(f"copy (from namn order by all) to {sql.literal(names)} (format parquet)")
        con.execute("commit")


def _unname(con: duckdb.DuckDBPyConnection, table: str, naming: Naming, made_up: str) -> None:
    """Take the names from the rows of a table that are ``made_up`` (SQL) and name somebody as late or missing."""
    code = sql.identifier(naming.kod)
    late = " or ".join(_is(column, values) for column, values in naming.nar.items())
    among = "".join(f" and {_is(column, values)}" for column, values in naming.bland.items())
    con.execute(f"""
        create or replace temp table onamnda as
        select rowid as rad, dense_rank() over (order by {code}) as nr from {table}
        where ({made_up}) and ({late}){among} and not starts_with({code}, 'påhittad ')""")
    for column, word in ((naming.kod, "påhittad"), (naming.namn, "Påhittad uppgiftslämnare")):
        if column:
            name, new = sql.identifier(column), f"{sql.literal(f'{word} ')} || n.nr"
            con.execute(f"""
                insert into namn
                select distinct {sql.literal(table.replace('"', ""))}, {sql.literal(column)}, {new}, {name}
                from {table} as t inner join onamnda as n on n.rad = t.rowid""")
            con.execute(f"update {table} as t set {name} = {new} from onamnda as n where n.rad = t.rowid")


def _is(column: str, values: Iterable[str]) -> str:
    return f"cast({sql.identifier(column)} as varchar) in ({', '.join(map(sql.literal, values))})"


def stand_in(con: duckdb.DuckDBPyConnection, database: str, build: str) -> None:
    """Let the tables of ``database``, as views, stand in for those of the build's own database ``build``, which SQL of dbt names."""
    own = sql.identifier(build)
    con.execute(f"attach ':memory:' as {own}")
    for schema, table in _tables(con, database):
        con.execute(f"create schema if not exists {own}.{schema}")
        con.execute(
            f"create view {own}.{schema}.{sql.identifier(table)} as from {database}.{schema}.{sql.identifier(table)}"
        )


def contents(con: duckdb.DuckDBPyConnection) -> dict[str, Content]:
    """Row count and content hash of every table, by ``schema.table``. Neither row order nor storage matters."""
    found = {}
    for schema, table in _tables(con):
        row = con.execute(
            "select count(*), sha256(coalesce(string_agg(md5(rad), '' order by md5(rad)), '')) "
            f"from (select cast(to_json(t) as varchar) as rad from {schema}.{sql.identifier(table)} as t)"
        ).fetchone()
        assert row is not None
        found[f"{schema}.{table}"] = Content(*row)
    return found


def contents_of(path: Path) -> dict[str, Content]:
    """The contents of a database that lies at ``path``."""
    with duckdb.connect(str(path), read_only=True) as con:
        sql.one_thread(con)
        return contents(con)


def whole(contents: Mapping[str, Content]) -> str:
    """One hash of all contents of a database."""
    return sha256("".join(f"{name} {c.sha256}\n" for name, c in sorted(contents.items())).encode()).hexdigest()


def _copy(con: duckdb.DuckDBPyConnection, database: str, schema: str, table: str) -> None:
    name, source = sql.identifier(table), sql.identifier(database)
    con.execute(f"create table ny.{schema}.{name} as select * from {source}.{schema}.{name} order by all")


def _tables(
    con: duckdb.DuckDBPyConnection, database: str | None = None, schemas: Iterable[str] = SCHEMAS
) -> list[tuple[str, str]]:
    """Schema and name of the published tables of a database (by default the one connected to); in a build's own some are views."""
    inside = sql.literal(database) if database else "current_database()"
    wanted = ", ".join(map(sql.literal, schemas))
    rows = con.execute(  # a parameter would have DuckDB import pandas
        "select table_schema, table_name from information_schema.tables "
        f"where table_catalog = {inside} and table_schema in ({wanted}) order by all"
    ).fetchall()
    return [(schema, table) for schema, table in rows]


def _dictionary(con: duckdb.DuckDBPyConnection, words: Mapping[tuple[str, str], Mapping[str, Any]]) -> None:
    """Comments on tables and columns, and the same as a table."""
    tables = _tables(con, "ny")
    found = con.execute(
        "select schema_name, table_name, column_name, data_type from duckdb_columns() "
        "where database_name = 'ny' order by schema_name, table_name, column_index"
    ).fetchall()
    con.execute(
        f"create table ny.referens.{DICTIONARY} (schema varchar, tabell varchar, kolumn varchar, typ varchar, "
        "rubrik varchar, beskrivning varchar, enhet varchar, decimaler bigint)"
    )
    said, rows = [], []
    for schema, table in tables:
        if text := words.get((schema, table), {}).get("description"):
            said.append(f"comment on table ny.{schema}.{sql.identifier(table)} is {sql.literal(text)}")
    for schema, table, column, kind in found:
        about = words.get((schema, table), {}).get("columns", {}).get(column, {})
        text, decimaler = about.get("description") or None, about.get("decimaler")
        values = [schema, table, column, kind, about.get("rubrik"), text, about.get("enhet"), decimaler]
        rows.append(f"({', '.join('null' if value is None else sql.literal(value) for value in values)})")
        if text:
            name = f"ny.{schema}.{sql.identifier(table)}.{sql.identifier(column)}"
            said.append(f"comment on column {name} is {sql.literal(text)}")
    # In one statement each: one by one they would cost more than the data.
    con.execute(f"insert into ny.referens.{DICTIONARY} values {', '.join(rows)}")
    con.execute("; ".join(said) or "select 1")


def described(graph: Graph, models: Mapping[str, str]) -> dict[tuple[str, str], dict[str, Any]]:
    """What dbt says about the tables it builds, the printed ones by their ids in ``models``, by schema and table: ``description`` and ``columns``, each with ``description`` and, of a
    mart, ``rubrik``, ``enhet`` and ``decimaler``: the dictionary's, unless the mart's own yml says otherwise."""
    printed = {uid: name for name, uid in models.items()}
    found: dict[tuple[str, str], dict[str, Any]] = {
        (node["schema"], printed.get(uid, node["alias"])): {
            "description": " ".join(node["description"].split()),
            "columns": {name: _column(node["schema"], name, column) for name, column in node["columns"].items()},
        }
        for uid, node in graph.nodes.items()
        if node["resource_type"] in ("model", "seed")
    }
    for uid, name in printed.items():  # a column that a table takes over from its mart is described there
        columns: dict[str, Any] = found[SCHEMA, name]["columns"]
        for mart in graph.marts_of(uid):
            own: dict[str, Any] = found["mart", mart]["columns"]
            columns.update({c: own[c] for c in columns if not columns[c]["description"] and c in own})
        columns[MADE_UP] = {"rubrik": "Påhittad", "description": f"Sant där raden {MEANING}."}
    return found


def _column(schema: str, name: str, column: Mapping[str, Any]) -> dict[str, Any]:
    common = dictionary.load().get(name) if schema == "mart" else None
    return {
        **(common.model_dump(include={"rubrik", "enhet", "decimaler"}) if common else {}),
        **column.get("config", {}).get("meta", {}),
        "description": " ".join(column["description"].split()),
    }
