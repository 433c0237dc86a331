"""The annual build of the examples: first build, a build with nothing new, and the peer: a bare ``dbt build`` of the same project."""

from __future__ import annotations

import tempfile
from pathlib import Path

from bench.measure import BIN, seconds, show
from dagster_project.settings import DBT


def run(repeats: int = 3) -> None:
    """Print the first build's seconds, and the ratio of a repeated build to a bare dbt build (each the best of ``repeats``)."""
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder) / "home"
        ours = [str(BIN / "uppfoljning"), "--home", str(home)]
        seconds(*ours, "init", "--demo")
        first = seconds(*ours, "build", "--year", "2020")
        again = min(seconds(*ours, "build", "--year", "2020") for _ in range(repeats))
        env = {"UPPFOLJNING_RAW": str(home / "raw"), "UPPFOLJNING_BUILD_DB": str(Path(folder) / "bare.duckdb")}
        dbt = [
            str(BIN / "dbt"), "build", "--exclude-resource-type", "unit_test", "--project-dir", str(DBT), "--profiles-dir", str(DBT),
            "--vars", "ar: 2020", "--target-path", str(Path(folder) / "target"), "--log-path", str(Path(folder) / "logs"),
        ]  # fmt: skip
        bare = min(seconds(*dbt, env=env) for _ in range(repeats))
    show(
        "Annual build of the examples",
        [
            ("bare dbt build of the same project (peer)", bare, 1.0, ""),
            ("build with nothing new", again, again / bare, "at most 3"),
            ("first build", first, first / bare, "at most 60 s"),
        ],
    )
