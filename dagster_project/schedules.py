"""The annual build. Which reporting year and when are settings, not the calendar."""

import dagster as dg

from dagster_project.settings import Settings

annual_build = dg.define_asset_job(
    "arsbygge",
    selection=dg.AssetSelection.all() - dg.AssetSelection.groups("manad"),
    executor_def=dg.in_process_executor,
    description="The annual follow-up for one reporting year: deliveries, raw, dbt, response rates, release.",
)


@dg.schedule(job=annual_build, cron_schedule=Settings().annual_build_cron, execution_timezone="Europe/Stockholm")
def annual_schedule() -> dg.RunRequest:
    """Start the annual build of ``UPPFOLJNING_REPORTING_YEAR`` at ``UPPFOLJNING_ANNUAL_BUILD_CRON``."""
    year = str(Settings().reporting_year)
    return dg.RunRequest(partition_key=year)
