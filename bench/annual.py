"""The annual build of the examples: first build, a build with nothing new, and the peer: a bare ``dbt build`` of the same project."""

from __future__ import annotations

import tempfile
from pathlib import Path

from bench.measure import BIN, measured, show
from dagster_project.settings import DBT


def run(repeats: int = 3) -> None:
    """Print the first build's seconds, and the ratio of a repeated build to a bare dbt build (each the best of ``repeats``)."""
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder) / "home"
        ours = [str(BIN / "uppfoljning"), "--home", str(home)]
        measured(*ours, "init", "--demo")
        first = measured(*ours, "build", "--year", "2020").wall
        again = min(measured(*ours, "build", "--year", "2020").wall for _ in range(repeats))
        env = {"UPPFOLJNING_RAW": str(home / "raw"), "UPPFOLJNING_BUILD_DB": str(Path(folder) / "bare.duckdb")}
        dbt = [
            str(BIN / "dbt"),
            "build",
            "--exclude-resource-type",
            "unit_test",
            "--project-dir",
            str(DBT),
            "--profiles-dir",
            str(DBT),
            "--vars",
            "ar: 2020",
            "--target-path",
            str(Path(folder) / "target"),
            "--log-path",
            str(Path(folder) / "logs"),
        ]
        bare = min(measured(*dbt, env=env).wall for _ in range(repeats))
    show(
        "Annual build of the examples",
        ("what", "seconds", "ratio", "target"),
        [
            (what, f"{took:.1f}", f"{took / bare:.2f}", target)
            for what, took, target in (
                ("bare dbt build of the same project (peer)", bare, ""),
                ("build with nothing new", again, "at most 3"),
                ("first build", first, "at most 60 s"),
            )
        ],
    )
