"""Values, names and paths as they are written in SQL. The one place that quotes: no other module puts text in SQL unquoted."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import duckdb


def literal(value: object) -> str:
    """Text in SQL, for where no parameter is taken: a comment, a file to attach or to write."""
    return "'" + str(value).replace("'", "''") + "'"


def identifier(name: str) -> str:
    """A name in SQL, whatever signs it holds."""
    return '"' + name.replace('"', '""') + '"'


def path(folder: Path | str, pattern: str = "") -> str:
    """A file to read, or the files under ``folder`` that a ``pattern`` of DuckDB fits; signs of a pattern in ``folder`` are its own."""
    text = re.sub(r"[\[*?]", r"[\g<0>]", Path(folder).as_posix())
    return literal(f"{text}/{pattern}" if pattern else text)


def one_thread(con: duckdb.DuckDBPyConnection) -> None:
    """Let the connection answer by itself: of many small questions, sharing them costs more than they do."""
    con.execute("set threads = 1")
