"""The sensor on landing: files that the register has not seen start a build of the current reporting year."""

import hashlib

import dagster as dg

from dagster_project.deliveries import intake
from dagster_project.reading import sidecar
from dagster_project.schedules import annual_build
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


@dg.sensor(job=annual_build, minimum_interval_seconds=60)
def landing(context: dg.SensorEvaluationContext) -> dg.RunRequest | dg.SkipReason:
    """Ask for a build when landing has changed since the last look."""
    home = Home.at()
    if not home.exists():
        return dg.SkipReason(f"There is no landing folder in {home.root}. Make one with 'uppfoljning init'.")
    seen = landing_state(home)
    if seen == context.cursor:
        return dg.SkipReason("Nothing new in landing.")
    context.update_cursor(seen)
    return dg.RunRequest(run_key=seen, partition_key=str(Settings().reporting_year))
