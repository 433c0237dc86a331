"""The sensor on landing, and the one that sees to it that a killed build does not stand in the way of those that come after."""

from __future__ import annotations

import hashlib
import json
from datetime import UTC, datetime

import dagster as dg

from dagster_project import runs
from dagster_project.deliveries import intake
from dagster_project.jobs import annual_build
from dagster_project.reading import sidecar
from dagster_project.resources import HomeResource
from dagster_project.schedules import UNATTENDED
from dagster_project.settings import Home, Settings
from dagster_project.sources import all_sources


def landing_state(home: Home) -> str:
    """A hash of the names, sizes and times of all files and sidecars in landing."""
    digest = hashlib.sha256()
    for kalla in sorted(all_sources()):
        for path in intake.files(home, kalla):
            for file in (path, sidecar.path_for(path)):
                if file.is_file():
                    stat = file.stat()
                    digest.update(f"{file.relative_to(home.landing)}|{stat.st_size}|{stat.st_mtime_ns}\n".encode())
    return digest.hexdigest()


@dg.sensor(
    name="landing",
    job=annual_build,
    minimum_interval_seconds=60,
    description="Starts the build of the current reporting year when landing has changed and stood still from one look to the next. "
    "Off until it is switched on: Automation, then the switch at its name.",
)
def landing(context: dg.SensorEvaluationContext, home: HomeResource) -> dg.RunRequest | dg.SkipReason:
    """A file that still grows is not read. The cursor holds what was last seen, and what a build was last asked for."""
    if not home.home.exists():
        return dg.SkipReason(f"There is no landing folder in {home.root}. Make one with 'uppfoljning init'.")
    before = json.loads(context.cursor) if context.cursor else {}
    seen = landing_state(home.home)
    if seen == before.get("byggd"):
        context.update_cursor(json.dumps({**before, "sedd": seen}))
        return dg.SkipReason("Nothing new in landing.")
    if seen != before.get("sedd"):
        context.update_cursor(json.dumps({**before, "sedd": seen}))
        return dg.SkipReason("Something is coming into landing: waiting until it stands still.")
    context.update_cursor(json.dumps({"sedd": seen, "byggd": seen}))
    # The time makes the key new also where landing has come back to an earlier state.
    return dg.RunRequest(
        run_key=f"{datetime.now(UTC).isoformat()} {seen[:12]}",
        partition_key=str(Settings().reporting_year),
        tags=UNATTENDED,
    )


@dg.sensor(
    name="avbrutna_korningar",
    minimum_interval_seconds=30,
    default_status=dg.DefaultSensorStatus.RUNNING,
    description="Marks runs as failed whose process was killed: they would stand as started, and no other run would begin.",
)
def killed_runs(context: dg.SensorEvaluationContext, home: HomeResource) -> dg.SkipReason:
    dead = runs.end_dead(context.instance, home.home)
    return dg.SkipReason(f"Marked as failed: {', '.join(dead)}." if dead else "Every run that has started is alive.")
