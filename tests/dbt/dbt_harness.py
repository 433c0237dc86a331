"""Raw tables made by hand and a dbt build of them, without the rooms before dbt."""

from __future__ import annotations

import json
import shutil
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from types import ModuleType
from typing import Any

import duckdb
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from dagster_project.reading import formats
from dagster_project.sources import schema
from dagster_project.warehouse import contents, project, reference
from dagster_project.warehouse import dbt as warehouse

PROJECT = Path(__file__).resolve().parents[2]
DBT = PROJECT / "dbt"
SEEDS = PROJECT / "seeds"

ARROW = {
    "varchar": pa.string(),
    "bigint": pa.int64(),
    "integer": pa.int32(),
    "double": pa.float64(),
    "boolean": pa.bool_(),
    "date": pa.date32(),
    "timestamp": pa.timestamp("us"),
}


def _arrow(columns: dict[str, str]) -> pa.Schema:
    return pa.schema([(column, ARROW[kind]) for column, kind in columns.items()])


#: The raw tables and those of the register, as the formats and the register say.
TABLES = {table: _arrow(columns) for table, columns in schema.raw_tables().items()}
LEVERANSER, TACKNING = (
    _arrow({column: kind for column, (kind, _) in schema.REGISTER[table].items()})
    for table in ("leveranser", "tackning")
)

BAD = ("error", "fail", "runtime error", "skipped")


def seed(name: str) -> pd.DataFrame:
    return pd.read_csv(SEEDS / f"{name}.csv", dtype=str, keep_default_na=False)


def group(kalla: str, row: dict[str, Any]) -> str:
    """Which group of its respondent's rows a row belongs to."""
    return "/".join(str(row.get(column) or "") for column in formats.load()[kalla][0].block)


@dataclass
class Raw:
    """Deliveries as the rooms before dbt would leave them: raw rows, and the two tables of the register."""

    rows: dict[str, list[dict[str, Any]]] = field(default_factory=lambda: {table: [] for table in TABLES})
    deliveries: list[dict[str, Any]] = field(default_factory=list)
    blocks: dict[tuple[str, str, str, date], list[dict[str, Any]]] = field(default_factory=dict)

    def deliver(
        self,
        leverans_id: str,
        mottagen: datetime,
        period: date,
        respondent: str,
        tables: dict[str, list[dict[str, Any]]],
    ) -> None:
        """One delivery for one period; ``respondent`` names the column that says whose a row is."""
        kalla = next(iter(tables)).split("/")[0]
        self.deliveries.append({"leverans_id": leverans_id, "kalla": kalla, "status": "godkand", "mottagen": mottagen})
        numbers: dict[str, int] = {}
        for table, rows in tables.items():
            for row in rows:
                number = row.get("_rad") or numbers.setdefault(table, 1) + 1
                numbers[table] = number
                common = {
                    "_leverans_id": leverans_id,
                    "_rad": number,
                    "_respondent": row[respondent],
                    "_block": group(kalla, row),
                    "_period": period,
                }
                self.rows[table].append(common | row)
        agreed = "overenskommelse" in formats.load()[kalla][0].block
        covered = {
            (row[respondent], group(kalla, row), row["overenskommelse"] if agreed else None)
            for rows in tables.values()
            for row in rows
        }
        about = {"kalla": kalla, "leverans_id": leverans_id, "period": period, "mottagen": mottagen}
        for code, block, agreement in sorted(covered):
            self.blocks.setdefault((kalla, code, block, period), []).append(
                about | {"respondent": code, "block": block, "overenskommelse": agreement}
            )

    def reject(self, leverans_id: str, kalla: str, mottagen: datetime, **stated: Any) -> None:
        self.deliveries.append(
            {"leverans_id": leverans_id, "kalla": kalla, "status": "avvisad", "mottagen": mottagen, **stated}
        )

    def write(self, folder: Path) -> None:
        for table, columns in TABLES.items():
            _write(folder / table / "period=schema" / "tom.parquet", [], columns)
            for row_set in {(row["_period"], row["_leverans_id"]) for row in self.rows[table]}:
                rows = [row for row in self.rows[table] if (row["_period"], row["_leverans_id"]) == row_set]
                _write(folder / table / f"period={row_set[0]}" / f"{row_set[1]}.parquet", rows, columns)
        covered = [
            block | {"gallande": block is max(versions, key=lambda version: version["mottagen"])}
            for versions in self.blocks.values()
            for block in versions
        ]
        _write(folder / "register" / "leveranser.parquet", self.deliveries, LEVERANSER)
        _write(folder / "register" / "tackning.parquet", covered, TACKNING)
        contents.note(folder)


def _write(path: Path, rows: list[dict[str, Any]], schema: pa.Schema) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    pq.write_table(pa.Table.from_pylist(rows, schema), path)


def dbt(folder: Path, *command: str, year: int = 2020, trosklar: dict[str, Any] | None = None) -> None:
    """Run dbt on ``folder/raw`` into ``folder/build.duckdb``; artefacts in ``folder/target``.

    A build takes over the reference tables, as a home folder's does; their tests are run here too.
    """
    places = warehouse.Places(folder / "raw", folder / "build.duckdb", folder / "target")
    told = {"ar": year, "trosklar": json.dumps(trosklar or {})}
    if command[0] == "build":
        signed = warehouse.signatures()
        now = signed.all(places.raw, told)
        reference.take_over(places.db, signed.graph, now, now.keys())
        command = (*command, "--exclude-resource-type", "seed")
    done = warehouse.run(places, told, *command)
    failed = [
        f"{r.node.unique_id}: {r.message}" for r in getattr(done.result, "results", []) if r.failures or r.status in BAD
    ]
    assert done.success, f"{done.exception or ''} {failed[:10]}"


def copied_project(place: Path, patch: pytest.MonkeyPatch) -> ModuleType:
    """Let the warehouse work on a copy of the dbt project and its seeds, below ``place``.

    Without the printed tables: nothing rests on them, and they are a third of what there is to parse and to build.
    """
    made = project.cache()
    for name in ("DBT", "SEEDS"):
        copy = place / name.lower()
        shutil.copytree(getattr(project, name), copy, ignore=shutil.ignore_patterns("target", "logs", "tabeller"))
        patch.setattr(project, name, copy)
    for reference_tables in made.glob("referens-*.duckdb"):  # the same seeds: they need not be made again
        shutil.copy2(reference_tables, project.cache())
    return project


def query(folder: Path, sql: str) -> pd.DataFrame:
    with duckdb.connect(folder / "build.duckdb", read_only=True) as connection:
        return connection.sql(sql).df()
