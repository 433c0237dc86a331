"""The whole deployment on one page: six rooms in a row, one job, one schedule, one sensor."""

import dagster as dg

from dagster_project import assets, schedules, sensors

defs = dg.Definitions(
    assets=[*assets.deliveries, assets.register_tables, assets.models, assets.release],
    jobs=[schedules.annual_build],
    schedules=[schedules.annual_schedule],
    sensors=[sensors.landing],
    executor=dg.in_process_executor,
)
