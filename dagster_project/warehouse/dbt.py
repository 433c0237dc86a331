"""The dbt project run in this process, once per build, and what its manifest says about sources and marts.

dbt is started through its own Python entry point: the command would cost seconds of start-up each time.
"""

from __future__ import annotations

import json
import logging
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from filelock import FileLock

from dagster_project.settings import DBT, EXPECTATIONS, SEEDS, Home, Settings
from dagster_project.validation import suites
from dagster_project.warehouse import corrections
from dagster_project.warehouse.graph import Nod

log = logging.getLogger("uppfoljning.warehouse")

#: dbt's manifest for those who read the project without running it (Dagster's definitions).
MANIFEST = DBT / "target" / "manifest.json"


def build_db(home: Home, ar: int) -> Path:
    """The database a build for reporting year ``ar`` writes. Nobody else opens it."""
    return home.warehouse / f"{ar}.duckdb"


@contextmanager
def _environment(**values: str) -> Iterator[None]:
    before = {k: os.environ.get(k) for k in values}
    os.environ.update(values)
    try:
        yield
    finally:
        for key, value in before.items():
            if value is None:
                del os.environ[key]
            else:
                os.environ[key] = value


def _invoke(home: Home, ar: int, *args: str, rattelser: str = "[]") -> Any:
    from dbt.adapters.duckdb.connections import DuckDBConnectionManager
    from dbt.cli.main import dbtRunner

    thresholds = {
        k: {"svarsfrekvens": v["svarsfrekvens"]} for k, v in suites.thresholds().items() if "svarsfrekvens" in v
    }
    variables = {"ar": ar, "trosklar": json.dumps(thresholds), "rattelser": rattelser}
    with _environment(
        UPPFOLJNING_RAW=str(home.raw),
        UPPFOLJNING_BUILD_DB=str(build_db(home, ar)),
        DBT_SEND_ANONYMOUS_USAGE_STATS="false",
        DO_NOT_TRACK="1",
    ):
        try:
            return dbtRunner().invoke(
                [
                    *args,
                    "--project-dir",
                    str(DBT),
                    "--profiles-dir",
                    str(DBT),
                    "--vars",
                    json.dumps(variables),
                    "--target-path",
                    str(home.warehouse / "dbt"),
                    "--log-path",
                    str(home.warehouse / "dbt" / "logs"),
                    "--log-level",
                    "none",
                    "--log-level-file",
                    "info",
                    "--no-use-colors",
                ]
            )
        finally:
            DuckDBConnectionManager.close_all_connections()  # dbt keeps the file open, and with it locked


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
    done = _invoke(
        home, ar, "build", "--exclude-resource-type", "unit_test", *chosen, rattelser=corrections.variable(home.raw)
    )
    if done.result is None:
        raise RuntimeError(f"dbt did not start: {done.exception}")
    return [
        Nod(r.node.unique_id, str(r.status), r.message, float(r.execution_time or 0), r.failures)
        for r in done.result.results
    ]


def docs(home: Home, ar: int) -> Path:
    """dbt's documentation pages for the last build; returns the folder."""
    done = _invoke(home, ar, "docs", "generate", rattelser=corrections.variable(home.raw))
    if not done.success:
        raise RuntimeError(f"dbt docs failed: {done.exception}")
    return home.warehouse / "dbt"


def manifest_of(home: Home) -> Path:
    """The manifest of the last build in this home folder."""
    return home.warehouse / "dbt" / "manifest.json"


def project_files() -> list[Path]:
    """Every file a build's outcome depends on besides the deliveries and the Python code."""
    roots = (
        (DBT / "models", "*"),
        (DBT / "macros", "*"),
        (DBT / "tests", "*"),
        (SEEDS, "*.csv"),
        (SEEDS, "*.yml"),
        (EXPECTATIONS, "*"),
    )
    found = {p for root, pattern in roots for p in root.rglob(pattern) if p.is_file()}
    return sorted({*found, DBT / "dbt_project.yml", DBT / "profiles.yml"})


def ensure_manifest() -> Path:
    """A manifest that is up to date with the project, parsed anew only when a file of the project is newer.

    It is parsed for the home folder and reporting year of the settings, so that a build of these finds its own parse done.
    """
    newest = max(p.stat().st_mtime for p in project_files())
    MANIFEST.parent.mkdir(parents=True, exist_ok=True)
    with FileLock(MANIFEST.parent / ".lock"):  # several processes load the definitions at once
        if not MANIFEST.is_file() or MANIFEST.stat().st_mtime < newest:
            home = Home.at()
            home = home if home.exists() else Home.at(DBT / "target" / "home")
            done = _invoke(home, Settings().reporting_year, "parse")
            if not done.success:
                raise RuntimeError(f"the dbt project does not parse: {done.exception}")
            shutil.copy(manifest_of(home), MANIFEST)
    return MANIFEST
