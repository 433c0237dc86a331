"""Room 5: response rates against their thresholds, then the year's release."""

import logging
from collections.abc import Iterator
from typing import Any

import dagster as dg

from dagster_project import checks, rapporter
from dagster_project.assets import OWNERS, Omfang
from dagster_project.assets.models import models
from dagster_project.deliveries import earlier
from dagster_project.partitions import reporting_years
from dagster_project.release import persons
from dagster_project.release import publish as publishing
from dagster_project.release.manifest import Draft
from dagster_project.resources import HomeResource
from dagster_project.settings import Home
from dagster_project.validation import response
from dagster_project.validation.suites import Kontroll
from dagster_project.warehouse import dbt, state
from dagster_project.warehouse.graph import Graph

log = logging.getLogger("uppfoljning.assets")

RELEASE = dg.AssetKey(["release", "utgava"])


@dg.multi_asset(
    name="utgava",
    specs=[
        dg.AssetSpec(
            RELEASE,
            group_name="utgava",
            owners=OWNERS,
            kinds={"duckdb", "excel"},
            code_version=state.code_version(),
            deps=[key for key in models.keys if key.path[0] in ("mart", "tabell")],
            description="The year's release: workbook, csv files, analysts' database, manifest; swapped in when it is whole.",
        )
    ],
    partitions_def=reporting_years,
    check_specs=checks.response_specs(RELEASE),
)
def release(
    context: dg.AssetExecutionContext, config: Omfang, home: HomeResource
) -> Iterator[dg.MaterializeResult[Any] | dg.AssetCheckResult]:
    """Response rates against their thresholds, then the release. A source under its stop level has its marts held."""
    place, ar = home.home, int(context.partition_key)
    log.info("checking response rates")
    broken = state.read_held(place, ar)
    rates = [] if response.SUITE in broken else response.check(dbt.build_db(place, ar), rapporter.of(ar).gallande)
    held = {**_held_by_rates(place, rates), **broken}
    log.info("writing the release")
    hidden = persons.marked(place)
    draft = Draft(
        ar,
        dbt.build_db(place, ar),
        dbt.manifest_of(place),
        deliveries=state.deliveries_used(home.register, ar),
        code_version=state.code_version(),
        held=held,
        fingerprint=state.fingerprint(home.register, ar, held, hidden),
        hidden=hidden,
        anew=config.full_refresh,
        late=state.deliveries_late(home.register, ar),
        earlier=earlier.find(home.register, ar),
    )
    made = publishing.publish(place, draft)
    rows = {name: table["rader"] for name, table in made.manifest["tabeller"].items()}
    yield dg.MaterializeResult(
        asset_key=RELEASE,
        metadata={
            "utgava": made.id,
            "mapp": dg.MetadataValue.path(made.path),
            "sida": dg.MetadataValue.url((made.path / "index.html").as_uri()),
            "arbetsbok": dg.MetadataValue.url(made.workbook.as_uri()),
            "internt": dg.MetadataValue.url((made.intern / "index.html").as_uri()),
            "svar_till_avsandare": dg.MetadataValue.path(place.reports),
            "ny": made.created,
            "rader": dg.MetadataValue.json(rows),
        },
    )
    for check in rates:
        yield checks.response_result(RELEASE, check)


def _held_by_rates(home: Home, rates: list[Kontroll]) -> dict[str, str]:
    """The marts that rest on a source under its stop level, with the reason: all of them, or one place would show what another holds.
    Who has answered is told of in any case."""
    manifest = Graph.of(dbt.manifest_of(home))
    stopped = response.sources_held(rates)
    answers = {name for uid, name in manifest.marts.items() if "leveranser" in manifest.nodes[uid]["fqn"]}
    return {
        name: reason
        for kalla, reason in stopped.items()
        for uid, name in manifest.marts.items()
        if kalla in manifest.sources(uid) and name not in answers
    }
