"""The dbt project run in this process, once per build, and what its manifest says about sources and marts.

dbt is started through its own Python entry point: the command would cost seconds of start-up each time.
"""

from __future__ import annotations

import json
import logging
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dagster_project.settings import Home
from dagster_project.validation import suites
from dagster_project.warehouse import corrections, project
from dagster_project.warehouse.graph import Nod

log = logging.getLogger("uppfoljning.warehouse")


def build_db(home: Home, ar: int) -> Path:
    """The database a build for reporting year ``ar`` writes. Nobody else opens it."""
    return home.warehouse / f"{ar}.duckdb"


@dataclass(frozen=True)
class Places:
    """Where one dbt run reads and writes: the raw tables, the database, the folder of dbt's artefacts."""

    raw: Path
    db: Path
    target: Path

    @classmethod
    def of(cls, home: Home, ar: int) -> Places:
        return cls(home.raw, build_db(home, ar), home.warehouse / "dbt")


def run(places: Places, variables: dict[str, Any], *args: str) -> Any:
    """Run dbt in this process, on the project as it has been parsed before; dbt's own result.

    :param variables: ``ar``, and where wanted ``trosklar`` and ``rattelser`` (dbt_project.yml).
    """
    manifest = project.bound(places.raw, places.db.stem)
    return project.invoke(str(places.db), str(places.raw), places.target, variables, *args, manifest=manifest)


def variables(home: Home, ar: int) -> dict[str, Any]:
    """What a run is told besides its raw tables: the reporting year, the thresholds of response rates, the corrections."""
    thresholds = {
        k: {"svarsfrekvens": v["svarsfrekvens"]} for k, v in suites.thresholds().items() if "svarsfrekvens" in v
    }
    return {"ar": ar, "trosklar": json.dumps(thresholds), "rattelser": corrections.variable(home.raw)}


def begin_year(home: Home, ar: int) -> None:
    """Start a year's database with the intermediate tables of the nearest earlier one: a month computed there is not computed again.

    Marts, seeds and staging are left out: what a year shows is made for that year.
    """
    import duckdb

    db = build_db(home, ar)
    earlier = sorted(path for path in home.warehouse.glob("[0-9]*.duckdb") if path.stem < str(ar))
    if db.exists() or not earlier:
        return
    unfinished = db.with_suffix(".part")
    shutil.copyfile(earlier[-1], unfinished)
    with duckdb.connect(str(unfinished)) as con:
        for (schema,) in con.execute(
            "select schema_name from duckdb_schemas() where database_name = current_database() and not internal"
            " and schema_name <> 'intermediate'"
        ).fetchall():
            con.execute(f'drop schema "{schema}" cascade')
    unfinished.rename(db)


def build(home: Home, ar: int, select: str | None = None) -> list[Nod]:
    """Seeds, models and tests, all in one invocation.

    :param select: dbt's own selection syntax; everything when left out.
    :returns: one :class:`Nod` per node that ran or was skipped.
    :raises RuntimeError: dbt could not start at all (the project does not parse, the database cannot be opened).
    """
    home.warehouse.mkdir(parents=True, exist_ok=True)
    begin_year(home, ar)
    # A test that also looks at what is not chosen waits for a build in which it is.
    chosen = ("--select", select, "--indirect-selection", "cautious") if select else ()
    done = run(Places.of(home, ar), variables(home, ar), "build", "--exclude-resource-type", "unit_test", *chosen)
    if done.result is None:
        raise RuntimeError(f"dbt did not start: {done.exception}")
    return [
        Nod(r.node.unique_id, str(r.status), r.message, float(r.execution_time or 0), r.failures)
        for r in done.result.results
    ]


def docs(home: Home, ar: int) -> Path:
    """dbt's documentation pages for the last build; returns the folder."""
    done = run(Places.of(home, ar), variables(home, ar), "docs", "generate")
    if not done.success:
        raise RuntimeError(f"dbt docs failed: {done.exception}")
    return home.warehouse / "dbt"


def manifest_of(home: Home) -> Path:
    """The manifest of the last build in this home folder."""
    return home.warehouse / "dbt" / "manifest.json"
