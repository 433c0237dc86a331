"""When builds start by themselves. Which reporting year and when are settings, not the calendar."""

import dagster as dg

from dagster_project.jobs import annual_build, monthly_run
from dagster_project.settings import Settings

#: A run that nobody watches is tried once more.
UNATTENDED = {"dagster/max_retries": "1"}


@dg.schedule(
    name="arsbygge_schema",
    job=annual_build,
    cron_schedule=Settings().annual_build_cron,
    execution_timezone="Europe/Stockholm",
    description="The annual build of UPPFOLJNING_REPORTING_YEAR, at UPPFOLJNING_ANNUAL_BUILD_CRON. "
    "Off until it is switched on: Automation, then the switch at its name.",
)
def annual_schedule() -> dg.RunRequest:
    return dg.RunRequest(partition_key=str(Settings().reporting_year), tags=UNATTENDED)


monthly_schedule = dg.build_schedule_from_partitioned_job(
    monthly_run,
    name="manadskorning_schema",
    hour_of_day=5,
    minute_of_hour=0,
    day_of_month=26,
    tags=UNATTENDED,
    description="The month before, on the 26th: waiting times are published on about the 25th. "
    "Off until it is switched on: Automation, then the switch at its name.",
)
