"""The two jobs: the year and the month. Raw tables have no partition of their own and go with either."""

import dagster as dg

from dagster_project.assets.deliveries import raw
from dagster_project.assets.month import SOURCES, month

annual_build = dg.define_asset_job(
    "arsbygge",
    selection=dg.AssetSelection.all() - dg.AssetSelection.assets(month),
    executor_def=dg.in_process_executor,
    description="The annual follow-up for one reporting year: deliveries, raw, dbt, response rates, release.",
)

monthly_run = dg.define_asset_job(
    "manadskorning",
    selection=dg.AssetSelection.assets(month, *(raw[kalla] for kalla in SOURCES)),
    executor_def=dg.in_process_executor,
    description="Waiting times of one month: their deliveries, and the models for that month. Publishes nothing.",
)
