"""Where a run of dbt reads and writes."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from dagster_project.settings import Home


def build_db(home: Home, ar: int) -> Path:
    """The database a build for reporting year ``ar`` writes. Nobody else opens it."""
    return home.warehouse / f"{ar}.duckdb"


@dataclass(frozen=True)
class Places:
    """The raw tables, the database, and the folder of dbt's artefacts."""

    raw: Path
    db: Path
    target: Path

    @classmethod
    def of(cls, home: Home, ar: int) -> Places:
        return cls(home.raw, build_db(home, ar), home.warehouse / "dbt")
