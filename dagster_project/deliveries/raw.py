"""The raw tables: what of a delivery is kept as Parquet, one file per table and period, whole or not at all."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from dagster_project import sql
from dagster_project.deliveries import wording
from dagster_project.deliveries.door import Granskning
from dagster_project.deliveries.register import Register
from dagster_project.deliveries.register_types import Leverans
from dagster_project.deliveries.rows import KEPT
from dagster_project.settings import Home
from dagster_project.sources import Source, schema
from dagster_project.validation import gx

#: The partition of a raw table that only holds its columns.
EMPTY_PARTITION = "schema"


def clear(home: Home, leverans: Leverans) -> None:
    """Take away what an earlier judgement of the same delivery wrote."""
    for path in (home.raw / leverans.kalla).glob(f"*/period=*/{leverans.leverans_id}.parquet"):
        path.unlink()
    (home.quarantine / leverans.kalla / f"{leverans.leverans_id}.parquet").unlink(missing_ok=True)


def write_delivery(
    home: Home, source: Source, leverans: Leverans, verdict: Granskning, work: Path
) -> list[tuple[Path, Path]]:
    """Write quarantine, and the raw tables where the delivery is accepted: one file per table and period.

    :returns: the files in the working folder, each with the place it shall have.
    """
    assert verdict.format is not None
    written: list[tuple[Path, Path]] = []
    order = "" if verdict.format.storlek == "stor" else " order by all"

    def write(con: duckdb.DuckDBPyConnection, query: str, target: Path) -> None:
        unfinished = work / f"{len(written)}.parquet"
        copy(con, query, unfinished)
        written.append((unfinished, target))

    with verdict.open() as con:
        if con.execute("select count(*) > 0 from karantan").fetchone() == (True,):
            write(
                con,
                f"""select {sql.literal(leverans.leverans_id)} as _leverans_id, k.kolumn, k.hittat, k.kod, k.meddelande, i.*
                       from karantan k join inlast i using (_nr) order by k._nr, k.kolumn, k.kod""",
                home.quarantine / leverans.kalla / f"{leverans.leverans_id}.parquet",
            )
        if verdict.avvisad:
            return written
        for table, query in source.tables(verdict.format).items():
            for period in verdict.perioder:
                write(
                    con,
                    f"select {sql.literal(leverans.leverans_id)} as _leverans_id, * from ({query}) where _period = date '{period}'{order}",
                    home.raw / source.kalla / table / f"period={period}" / f"{leverans.leverans_id}.parquet",
                )
    return written


def for_comparison(leverans: Leverans, verdict: Granskning, folder: Path) -> list[gx.Parti]:
    """The rows that the suite was run over, for Great Expectations; nothing of a large file or of one held against a frame."""
    con, spec = verdict.open(), verdict.format
    if spec is None or con.execute("from duckdb_tables() where table_name = 'fore_regler'").fetchone() is None:
        return []
    target = folder / f"{leverans.leverans_id}.parquet"
    copy(
        con,
        f"""select r.*, {sql.literal(leverans.leverans_id)} as _leverans_id, coalesce(b.regel, {KEPT})::bigint as _till
            from fore_regler as r left join borttagen as b using (_nr)""",
        target,
    )
    return [gx.Parti(leverans.leverans_id, target, verdict.kontroller, spec.parametrar)]


def write_empty_tables(home: Home, source: Source) -> None:
    """For each raw table a file with its columns and no rows, so that a build works when nothing was delivered. Written when the
    columns are new."""
    for table, empty in schema.empty_tables(source.kalla).items():
        target = home.raw / source.kalla / table / f"period={EMPTY_PARTITION}" / "schema.parquet"
        if not target.is_file() or not pq.read_schema(target).equals(empty.schema):
            target.parent.mkdir(parents=True, exist_ok=True)
            unfinished = target.with_suffix(".part")
            pq.write_table(empty, unfinished)
            unfinished.rename(target)


def copy(con: duckdb.DuckDBPyConnection, query: str, target: Path) -> None:
    """Write a query as one Parquet file, whole or not at all."""
    target.parent.mkdir(parents=True, exist_ok=True)
    unfinished = target.with_suffix(".part")
    con.execute(f"copy ({query}) to {sql.literal(unfinished.as_posix())} (format parquet, compression zstd)")
    unfinished.rename(target)


def write_register(home: Home, register: Register, ar: int) -> None:
    """The register as the two Parquet tables that dbt reads, for one reporting year, without what came after its cut-off. File names without
    personal data; the sender is the organisation."""
    with duckdb.connect() as con:
        shown = [
            {
                **row,
                "filnamn": wording.file_name(row["filnamn"]),
                "avsandare": wording.sender(row),
            }
            for row in register.leveranser(ar=ar)
        ]
        for name, rows in (("leveranser", shown), ("tackning", register.tackning(ar))):
            columns = schema.REGISTER[name]
            con.register(name, pa.table({column: [row[column] for row in rows] for column in columns}))
            typed = ", ".join(f"cast({column} as {kind}) as {column}" for column, (kind, _) in columns.items())
            copy(con, f"select {typed} from {name} order by all", home.raw / "register" / f"{name}.parquet")
