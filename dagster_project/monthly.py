"""The monthly run: waiting times of one month taken in and computed, between the annual builds. It publishes nothing.

The models behind it are incremental by month, so that a run costs what its own changed months cost, whatever history lies beside
them. A backfill over several years in the web interface is one run per month.
"""

import logging
from typing import Any

import dagster as dg
import duckdb

from dagster_project.deliveries import intake
from dagster_project.deliveries.register import Register
from dagster_project.partitions import months
from dagster_project.settings import Home
from dagster_project.sources import all_sources
from dagster_project.warehouse import dbt

log = logging.getLogger("uppfoljning.monthly")

#: The frame of units comes first: contacts are judged against it.
SOURCES = ("enhetsregister", "vantetid_primarvard", "statistikdatabas")
MODELS = "models/marts/vantetid"

OUTCOME = """
select antal_regioner, bedomningar, andel
from mart.medicinsk_bedomning_tre_dagar
where period = ? and niva = 'riket' and yrkeskategori = 'alla' and kon = 'T'"""


def take_in(home: Home, ar: int) -> list[str]:
    """Take in what has come of the sources, and write the register for reporting year ``ar``. Other sources are left as they are.

    :returns: the deliveries that were judged.
    """
    judged = []
    for source in all_sources().values():
        intake.write_empty_tables(home, source)
    for kalla in SOURCES:
        log.info("looking at deliveries of %s", kalla)
        judged += intake.take_in(home, all_sources()[kalla]).granskade
    intake.write_register(home, Register(home.register), ar)
    return judged


@dg.asset(
    key=["manad", "medicinsk_bedomning_tre_dagar"],
    group_name="manad",
    partitions_def=months,
    kinds={"duckdb"},
    description="One month of the three-day measure, computed in the build database of its year. Published by the annual build.",
)
def month(context: dg.AssetExecutionContext) -> dg.MaterializeResult[Any]:
    """Take in what has come, compute what it changes, and say what the month looks like."""
    home, period = Home.at(), context.partition_key
    home.create()
    ar = int(period[:4])
    take_in(home, ar)
    log.info("running dbt for %s", period)
    failed = [node for node in dbt.build(home, ar, MODELS) if node.failed]
    if failed:
        raise dg.Failure(f"{failed[0].unique_id.split('.')[2]}: {failed[0].message}")
    with duckdb.connect(str(dbt.build_db(home, ar)), read_only=True) as con:
        regions, counted, share = con.execute(OUTCOME, [period]).fetchone() or (0, None, None)
    return dg.MaterializeResult(metadata={"regioner": regions, "bedomningar": counted, "andel_inom_tre_dagar": share})


monthly_run = dg.define_asset_job(
    "manadskorning",
    selection=dg.AssetSelection.assets(month),
    executor_def=dg.in_process_executor,
    description="Waiting times of one month: deliveries, raw, the models that the month changes.",
)

#: Published on about the 25th; the run is for the month before.
monthly_schedule = dg.build_schedule_from_partitioned_job(monthly_run, hour_of_day=5, minute_of_hour=0, day_of_month=26)
