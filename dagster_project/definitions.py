"""The whole deployment on one page: six rooms in a row, the annual build and the monthly run, a sensor on landing."""

import dagster as dg

from dagster_project import assets, monthly, schedules, sensors

defs = dg.Definitions(
    assets=[*assets.deliveries, assets.register_tables, assets.models, assets.release, monthly.month],
    jobs=[schedules.annual_build, monthly.monthly_run],
    schedules=[schedules.annual_schedule, monthly.monthly_schedule],
    sensors=[sensors.landing],
    executor=dg.in_process_executor,
)
