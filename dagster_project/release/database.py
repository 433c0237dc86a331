"""The analysts' database: marts, reference tables and the data dictionary, in a file that older DuckDB clients open."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

import duckdb

from dagster_project import sql

#: Readable by every client since DuckDB 1.0 (R, DBeaver and others lag behind).
STORAGE_VERSION = "v1.0.0"
SCHEMAS = ("mart", "referens")
DICTIONARY = "dataordlista"


@dataclass(frozen=True)
class Content:
    """What a table holds, whatever its bytes on disk."""

    rader: int
    sha256: str


def create(target: Path, build_db: Path, dbt_manifest: Path, held: Mapping[str, Path | None]) -> None:
    """Write the database ``target`` from the build's own.

    ``held`` names the marts that keep their last good state, with the database that holds it (None: there is none, and
    the mart is left out). Rows are inserted in a fixed order, so the same tables give the same contents.
    """
    described = _described(dbt_manifest)
    with duckdb.connect() as con:
        con.execute(f"attach {sql.literal(target)} as ny (storage_version '{STORAGE_VERSION}')")
        for schema in SCHEMAS:
            con.execute(f"create schema ny.{schema}")
        build = build_db.stem  # dbt's views name the database that they are in
        con.execute(f"attach {sql.literal(build_db)} as {sql.identifier(build)} (read_only)")
        for schema, table in _tables(con, build):
            if schema != "mart" or table not in held:
                _copy(con, build, schema, table)
        for mart, kept in held.items():
            if kept is not None:
                con.execute(f"attach {sql.literal(kept)} as senaste (read_only)")
                if ("mart", mart) in _tables(con, "senaste"):
                    _copy(con, "senaste", "mart", mart)
                con.execute("detach senaste")
        con.execute("begin")
        _dictionary(con, described)
        con.execute("commit")
        con.execute("detach ny")


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
        return contents(con)


def whole(contents: Mapping[str, Content]) -> str:
    """One hash of all contents of a database."""
    return sha256("".join(f"{name} {c.sha256}\n" for name, c in sorted(contents.items())).encode()).hexdigest()


def _copy(con: duckdb.DuckDBPyConnection, database: str, schema: str, table: str) -> None:
    name, source = sql.identifier(table), sql.identifier(database)
    con.execute(f"create table ny.{schema}.{name} as select * from {source}.{schema}.{name} order by all")


def _tables(con: duckdb.DuckDBPyConnection, database: str | None = None) -> list[tuple[str, str]]:
    """Schema and name of the published tables of a database (by default the one connected to); in a build's own some are views."""
    rows = con.execute(
        "select table_schema, table_name from information_schema.tables "
        "where table_catalog = coalesce(?, current_database()) and list_contains(?, table_schema) order by all",
        [database, list(SCHEMAS)],
    ).fetchall()
    return [(schema, table) for schema, table in rows]


def _dictionary(con: duckdb.DuckDBPyConnection, described: Mapping[tuple[str, str], Mapping[str, Any]]) -> None:
    """Comments on tables and columns, and the same as a table."""
    tables = _tables(con, "ny")
    columns = con.execute(
        "select schema_name, table_name, column_name, data_type from duckdb_columns() "
        "where database_name = 'ny' order by schema_name, table_name, column_index"
    ).fetchall()
    con.execute(
        f"create table ny.referens.{DICTIONARY} (schema varchar, tabell varchar, kolumn varchar, typ varchar, "
        "beskrivning varchar, enhet varchar, decimaler bigint)"
    )
    for schema, table in tables:
        if text := described.get((schema, table), {}).get("description"):
            con.execute(f"comment on table ny.{schema}.{sql.identifier(table)} is {sql.literal(text)}")
    for schema, table, column, kind in columns:
        about = described.get((schema, table), {}).get("columns", {}).get(column, {})
        meta = about.get("config", {}).get("meta", {})
        text = about.get("description") or None
        con.execute(
            f"insert into ny.referens.{DICTIONARY} values (?, ?, ?, ?, ?, ?, ?)",
            [schema, table, column, kind, text, meta.get("enhet"), meta.get("decimaler")],
        )
        if text:
            con.execute(
                f"comment on column ny.{schema}.{sql.identifier(table)}.{sql.identifier(column)} is {sql.literal(text)}"
            )


def _described(dbt_manifest: Path) -> dict[tuple[str, str], dict[str, Any]]:
    """What dbt says about the tables it builds, by schema and table."""
    nodes = json.loads(dbt_manifest.read_text(encoding="utf-8"))["nodes"].values()
    return {
        (node["schema"], node["alias"]): {
            "description": " ".join(node["description"].split()),
            "columns": {
                name: {**column, "description": " ".join(column["description"].split())}
                for name, column in node["columns"].items()
            },
        }
        for node in nodes
        if node["resource_type"] in ("model", "seed")
    }
