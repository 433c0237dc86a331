"""The whole deployment on one page: six rooms in a row, the annual build and the monthly run, a sensor on landing."""

import dagster as dg

from dagster_project import jobs, schedules, sensors
from dagster_project.assets import deliveries, models, month, release
from dagster_project.resources import HomeResource
from dagster_project.settings import Home


def build_defs(home: Home | None = None) -> dg.Definitions:
    """The deployment over one home folder; over the one of the settings when left out."""
    return dg.Definitions(
        assets=[*deliveries.raw.values(), deliveries.register, models.models, release.release, month.month],
        jobs=[jobs.annual_build, jobs.monthly_run],
        schedules=[schedules.annual_schedule, schedules.monthly_schedule],
        sensors=[sensors.landing, sensors.killed_runs],
        resources={"home": HomeResource(root=str((home or Home.at()).root))},
        executor=dg.in_process_executor,
    )


defs = build_defs()
