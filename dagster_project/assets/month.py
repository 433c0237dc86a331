"""The month between the annual builds: its waiting times, computed and told of. It publishes nothing.

Months that have changed besides the one that is asked for wait for their own partition, or for the annual build. A backfill over
several years in the web interface is one run per month.
"""

import logging
from typing import Any

import dagster as dg
import duckdb

from dagster_project.assets import OWNERS
from dagster_project.assets.deliveries import domain, raw
from dagster_project.deliveries import intake
from dagster_project.partitions import months
from dagster_project.resources import HomeResource
from dagster_project.sources import all_sources
from dagster_project.warehouse import dbt, state

log = logging.getLogger("uppfoljning.assets")

SOURCES = ("enhetsregister", "vantetid_primarvard", "statistikdatabas")
MODELS = "models/marts/vantetid"

OUTCOME = """
select antal_regioner, bedomningar, andel
from mart.medicinsk_bedomning_tre_dagar
where period = ? and niva = 'riket' and yrkeskategori = 'alla' and kon = 'T'"""


@dg.asset(
    key=["manad", "medicinsk_bedomning_tre_dagar"],
    group_name=domain("vantetid_primarvard"),
    owners=OWNERS,
    partitions_def=months,
    kinds={"duckdb"},
    code_version=state.code_version(),
    deps=[key for kalla in SOURCES for key in raw[kalla].keys],
    description="One month of the three-day measure, computed in the build database of its year. Published by the annual build.",
)
def month(context: dg.AssetExecutionContext, home: HomeResource) -> dg.MaterializeResult[Any]:
    """Compute the month from what has been taken in, and say what it looks like."""
    place, period = home.home, context.partition_key
    ar = int(period[:4])
    for source in all_sources().values():
        intake.write_empty_tables(place, source)
    intake.write_register(place, home.register, ar)
    log.info("running dbt for %s", period)
    failed = [node for node in dbt.build(place, ar, MODELS, period=period) if node.failed]
    if failed:
        raise dg.Failure(f"{failed[0].unique_id.split('.')[2]}: {failed[0].message}")
    with duckdb.connect(str(dbt.build_db(place, ar)), read_only=True) as con:
        regions, counted, share = con.execute(OUTCOME, [period]).fetchone() or (0, None, None)
    return dg.MaterializeResult(metadata={"regioner": regions, "bedomningar": counted, "andel_inom_tre_dagar": share})
