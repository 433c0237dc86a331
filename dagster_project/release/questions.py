"""A release's database behind a shut door: it answers questions about itself, and reads and writes nothing beside it."""

from __future__ import annotations

import re
from pathlib import Path

import duckdb

from dagster_project import sql
from dagster_project.release import ReleaseError

#: DuckDB's own word for this looks only where nothing of ours is.
_SHOW = re.compile(r"\s*show\s+(all\s+)?tables\s*;?\s*", re.IGNORECASE)
_EVERYTHING = """
    select schema_name || '.' || table_name as tabell, comment as vad from duckdb_tables() where not internal
    union all select schema_name || '.' || view_name, comment from duckdb_views() where not internal order by all"""


def opened(database: Path) -> duckdb.DuckDBPyConnection:
    """The database of a release, read-only: no other file can be reached, and no setting changed."""
    con = duckdb.connect(str(database), read_only=True)
    shut(con)
    return con


def shut(con: duckdb.DuckDBPyConnection, *folders: Path) -> None:
    """From here on the connection reaches no file but what is attached and what lies in ``folders``, and stays so."""
    # A folder as it is, and as it stands in a pattern.
    allowed = ", ".join(form for folder in folders for form in (sql.literal(folder.as_posix()), sql.path(folder)))
    con.execute(f"set allowed_directories = [{allowed}]")
    con.execute("set enable_external_access = false")
    con.execute("set lock_configuration = true")


def ask(con: duckdb.DuckDBPyConnection, question: str) -> duckdb.DuckDBPyConnection:
    """Put one question; the answer is fetched from what is returned.

    :raises ReleaseError: it is not one select, it reaches for a file, or SQL does not understand it.
    """
    if _SHOW.fullmatch(question):
        question = _EVERYTHING
    try:
        kinds = [statement.type for statement in con.extract_statements(question)]
        if kinds not in ([duckdb.StatementType.SELECT], [duckdb.StatementType.EXPLAIN]):
            raise ReleaseError(
                "that is no question: the release is read-only and answers one select statement at a time"
            )
        return con.execute(question)
    except duckdb.Error as error:
        raise ReleaseError(said(error)) from None


def condition(where: str) -> str:
    """``where`` as a condition in brackets, to put into a select.

    :raises ReleaseError: it is not one expression.
    """
    try:
        duckdb.SQLExpression(where)
    except duckdb.Error as error:
        raise ReleaseError(
            f"--where is one condition in SQL, for example \"region = 'Blekinge'\": {said(error)}"
        ) from None
    return f"({where}\n)"  # a comment ends with its line


def said(error: duckdb.Error) -> str:
    """What DuckDB says, in one line: what is wrong, and what it thinks was meant."""
    if isinstance(error, duckdb.PermissionException):
        return "the question reaches for a file or a setting: a release only answers about itself"
    told = str(error).strip().split("\nLINE ")[0]
    return " ".join(told.split()) or type(error).__name__
