"""The part of a release's database that is published: without the tables and marts that are for those who work with the report."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from pathlib import Path

import duckdb

from dagster_project import sql
from dagster_project.release.database import DICTIONARY, MADE_UP, SCHEMAS, STORAGE_VERSION
from dagster_project.warehouse.graph import SCHEMA

PARQUET = "parquet"


def write(target: Path, house: Path, marts: Collection[str], tables: Collection[str]) -> None:
    """Write the database ``target`` out of the whole one, ``house``. It is a file of its own: what is left out was never in it.

    :param marts: the marts that are left out.
    :param tables: the printed tables that are left out.
    """
    left_out = {("mart", name) for name in marts} | {(SCHEMA, name) for name in tables}
    with duckdb.connect() as con:
        sql.one_thread(con)
        con.execute(f"attach {sql.literal(target)} as ny (storage_version '{STORAGE_VERSION}')")
        con.execute(f"attach {sql.literal(house)} as hus (read_only)")
        con.execute("begin")
        for schema in SCHEMAS:
            con.execute(f"create schema ny.{schema}")
        found = con.execute(
            "select schema_name, table_name, comment from duckdb_tables() where database_name = 'hus' order by all"
        ).fetchall()
        published = [row for row in found if row[:2] not in left_out]
        for schema, table, _ in published:
            name = f"{schema}.{sql.identifier(table)}"
            con.execute(f"create table ny.{name} as from hus.{name}")
        said = [
            f"comment on table ny.{schema}.{sql.identifier(table)} is {sql.literal(text)}"
            for schema, table, text in published
            if text
        ]
        columns = con.execute(
            "select schema_name, table_name, column_name, comment from duckdb_columns() "
            "where database_name = 'hus' and comment is not null order by all"
        ).fetchall()
        said += [
            f"comment on column ny.{schema}.{sql.identifier(table)}.{sql.identifier(column)} is {sql.literal(text)}"
            for schema, table, column, text in columns
            if (schema, table) not in left_out
        ]
        con.execute("; ".join(said) or "select 1")  # one by one they would cost more than the data
        if pairs := ", ".join(f"({sql.literal(schema)}, {sql.literal(table)})" for schema, table in sorted(left_out)):
            con.execute(f"delete from ny.referens.{DICTIONARY} where (schema, tabell) in ({pairs})")
        con.execute("commit")


def parquet(folder: Path, database: Path, house: Path, made_up: Mapping[str, Collection[int]]) -> None:
    """Write every mart of ``database`` as ``<mart>.parquet``, for whoever has no client for DuckDB: a file that is read by itself, so each
    row says whether it is made up.

    :param house: the whole database, whose rows they are.
    :param made_up: the made-up rows of each mart, by their ``rowid`` in ``house``.
    """
    folder.mkdir()
    with duckdb.connect(str(database), read_only=True) as con:
        marts = con.execute("select table_name from duckdb_tables() where schema_name = 'mart' order by all").fetchall()
    with duckdb.connect(str(house), read_only=True) as con:
        for (mart,) in marts:
            path, rows = sql.literal(folder / f"{mart}.parquet"), ", ".join(map(str, sorted(made_up.get(mart, ()))))
            marked = f"rowid in ({rows})" if rows else "false"
            con.execute(
                f"copy (select *, {marked} as {MADE_UP} from mart.{sql.identifier(mart)}) to {path} "
                "(format parquet, compression zstd)"
            )
