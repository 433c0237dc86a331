"""Commands that say what there is to ask: tables, describe."""

from __future__ import annotations

import difflib
from typing import Annotated

import duckdb
import typer

from dagster_project import sql
from dagster_project.cli.screen import Format, say, table, write
from dagster_project.cli.session import ReleaseYear, release_of
from dagster_project.errors import UserError
from dagster_project.release import questions

Listed = Annotated[Format, typer.Option("--format", help="table, csv or json.")]

#: Where a name without a schema is looked for, in order.
SCHEMAS = ("mart", "tabell", "vy", "referens")


def tables(
    everything: Annotated[
        bool, typer.Option("--all", help="Also views (vy), printed tables (tabell) and reference tables (referens).")
    ] = False,
    year: ReleaseYear = None,
    format: Listed = Format.table,
) -> None:
    """What the current release can be asked about: each mart with what it is, its views, and example questions."""
    release = release_of(year)
    with questions.opened(release.house) as con:
        rows = [row for row in _known(con) if everything or row[0].startswith("mart.")]
        asked = con.execute("select count(*) from duckdb_tables() where table_name = 'exempelfragor'").fetchone()
    columns = ["tabell", "vad", "rader"]
    if format is not Format.table:
        write(columns, rows, format)
        return
    table(f"Utgåva {release.id}", columns, [(name, _sentence(text), count) for name, text, count in rows])
    say("Kolumnerna: uppfoljning describe webbtidbok. Med namn bredvid koderna: vy.webbtidbok.")
    if asked and asked[0]:
        say('Färdiga frågor: uppfoljning query "from referens.exempelfragor"')


def describe(
    mart: Annotated[
        str, typer.Argument(metavar="MART", help="A mart, view or table: webbtidbok, vy.svarsfrekvens, tabell_3.")
    ],
    year: ReleaseYear = None,
    format: Listed = Format.table,
) -> None:
    """The columns of a mart, view or table: what they are, in which unit, and which of them tell its rows apart."""
    release = release_of(year)
    with questions.opened(release.house) as con:
        name, text = _named(con, mart)
        schema, short = name.split(".", 1)
        rows = con.execute(f"""
            select c.column_name, lower(c.data_type), coalesce(d.rubrik, ''), coalesce(d.beskrivning, c.comment, ''), coalesce(d.enhet, '')
            from duckdb_columns() as c
            left join referens.dataordlista as d on d.schema = {sql.literal("mart" if schema == "vy" else schema)}
                and d.tabell = {sql.literal(short)} and d.kolumn = c.column_name
            where c.schema_name = {sql.literal(schema)} and c.table_name = {sql.literal(short)}
            order by c.column_index""").fetchall()
        keys = _keys(con, short) if schema in ("mart", "vy") else {}
    columns = ["kolumn", "typ", "rubrik", "vad", "enhet", "nyckel"]
    shown = [(*row, "ja" if keys.get(row[0]) else "") for row in rows]
    if format is not Format.table:
        write(columns, shown, format)
        return
    say(text)
    table(name, columns, shown)


def _known(con: duckdb.DuckDBPyConnection) -> list[tuple[str, str, int | None]]:
    """Every table and view, with what it is and how many rows it has."""
    found = con.execute("""
        select schema_name || '.' || table_name, coalesce(comment, ''), estimated_size from duckdb_tables()
        where schema_name in ('mart', 'tabell', 'referens')
        union all
        select schema_name || '.' || view_name, coalesce(comment, ''), null from duckdb_views() where schema_name = 'vy'
        order by 1""").fetchall()
    order = {schema: place for place, schema in enumerate(SCHEMAS)}
    return sorted(found, key=lambda row: (order[row[0].split(".")[0]], row[0]))


def _named(con: duckdb.DuckDBPyConnection, wanted: str) -> tuple[str, str]:
    """The table that is meant, with what it is.

    :raises UserError: there is none of that name.
    """
    known = {name: text for name, text, _ in _known(con)}
    for name in (wanted, *(f"{schema}.{wanted}" for schema in SCHEMAS)):
        if name in known:
            return name, known[name]
    near = difflib.get_close_matches(wanted, [*known, *(name.split(".")[1] for name in known)], n=3, cutoff=0.5)
    meant = f": do you mean {' or '.join(near)}?" if near else ""
    raise UserError(f"there is no table {wanted}{meant} ('uppfoljning tables' lists them)")


def _keys(con: duckdb.DuckDBPyConnection, mart: str) -> dict[str, bool]:
    there = con.execute("select 1 from duckdb_tables() where table_name = 'nycklar'").fetchone()
    asked = f"select kolumn, plats_i_nyckeln is not null from referens.nycklar where tabell = {sql.literal(mart)}"
    return dict(con.execute(asked).fetchall()) if there else {}


def _sentence(text: str) -> str:
    return text.split(". ")[0].rstrip(".")
