"""What the raw tables hold, by content: a hash of every raw file, kept beside them so that no file is read twice.

``raw/register/innehall.parquet`` has a row per file. dbt reads it to tell which months have changed, Python to tell which models have.
"""

from __future__ import annotations

import hashlib
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from dagster_project import digest
from dagster_project.sources import schema

FILE = Path("register") / "innehall.parquet"
REGISTER = "register"


def note(raw: Path) -> dict[tuple[str, str], str]:
    """Bring the table of hashes up to date; a file is read only when its size or time of change is new.

    :returns: for each raw table (source, table) a hash of all its files. The register's tables are not among them, see :func:`rows`.
    """
    known = {}
    if (raw / FILE).is_file():
        for row in pq.read_table(raw / FILE).to_pylist():
            known[row["kalla"], row["tabell"], row["period"], row["leverans_id"], row["byte"], row["andrad"]] = row[
                "innehall"
            ]
    found = []
    for path in sorted(raw.glob("*/*/period=*/*.parquet")):
        kalla, tabell, period = path.relative_to(raw).parts[:3]
        stat = path.stat()
        key = (kalla, tabell, period.removeprefix("period="), path.stem, stat.st_size, stat.st_mtime_ns)
        found.append((*key, known.get(key) or _digest(path)))
    if {row[:-1]: row[-1] for row in found} != known or not (raw / FILE).is_file():
        _write(raw / FILE, found)
    tables: dict[tuple[str, str], list[str]] = {}
    for kalla, tabell, period, leverans_id, _, _, content in found:
        tables.setdefault((kalla, tabell), []).append(f"{period} {leverans_id} {content}")
    return {table: hashlib.sha256("\n".join(files).encode()).hexdigest() for table, files in tables.items()}


def _digest(path: Path) -> str:
    return digest.content(path)[:32]


def _write(path: Path, rows: list[tuple[str, str, str, str, int, int, str]]) -> None:
    """Whole or not at all, and never into the file that a release's trace is linked to."""
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_suffix(".part")
    types = [pa.int64() if kind == "bigint" else pa.string() for kind, _ in schema.REGISTER["innehall"].values()]
    columns = [pa.array([row[nr] for row in rows], kind) for nr, kind in enumerate(types)]
    pq.write_table(pa.table(dict(zip(schema.REGISTER["innehall"], columns, strict=True))), unfinished)
    unfinished.replace(path)


def rows(raw: Path, tabell: str, kalla: str | None = None) -> str:
    """A hash of the rows of one of the register's tables, all or those about one source."""
    path = raw / REGISTER / f"{tabell}.parquet"
    if not path.is_file():
        return ""
    table = pq.read_table(path)
    table = table.drop_columns([name for name in ("andrad", "registrerad") if name in table.column_names])
    said = sorted(repr(row) for row in table.to_pylist() if kalla in (None, row["kalla"]))
    return hashlib.sha256("\n".join(said).encode()).hexdigest()
