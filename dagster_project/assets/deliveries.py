"""Rooms 1 to 3: what has been delivered, judged and kept. It is there for every year, so it has no reporting year."""

import logging
from collections.abc import Iterator
from typing import Any

import dagster as dg

from dagster_project import checks
from dagster_project.assets import OWNERS
from dagster_project.deliveries import intake, rulebook, wording
from dagster_project.partitions import reporting_years
from dagster_project.reading import formats
from dagster_project.resources import HomeResource
from dagster_project.sources import Source, all_sources
from dagster_project.sources.schema import REGISTER
from dagster_project.warehouse import contents, state

log = logging.getLogger("uppfoljning.assets")

#: The domain in ``dbt/models`` that a source is delivered for, where it has not got the source's own name.
DOMAINS = {
    "barometer": "indikatorer",
    "befolkning": "indikatorer",
    "ekonomisk_redovisning": "medel",
    "enhetsregister": "vantetid",
    "invanartjanster": "indikatorer",
    "kodning": "nulagesrapport",
    "kolada": "indikatorer",
    "personalstatistik": "indikatorer",
    "rakenskap": "indikatorer",
    "regionenkat": "indikatorer",
    "register": "leveranser",
    "rekvisition": "medel",
    "sdb": "indikatorer",
    "specialistbevis": "indikatorer",
    "statistikdatabas": "vantetid",
    "vantetid_primarvard": "vantetid",
    "vantetid_specialistvard": "komiljard",
    "vardenisiffror": "indikatorer",
    "yrkesexamensprogram": "indikatorer",
}


def domain(name: str) -> str:
    """The domain of a source, and so the group of its raw and staging tables."""
    return DOMAINS.get(name, name)


def _keys(source: Source) -> list[dg.AssetKey]:
    return [dg.AssetKey(["raw", source.kalla, table]) for table in source.tables(formats.load()[source.kalla][0])]


def source_assets(source: Source) -> dg.AssetsDefinition:
    """The raw tables of one source, filled from its landing folder."""
    keys = _keys(source)

    @dg.multi_asset(
        name=f"leveranser_{source.kalla}",
        specs=[
            dg.AssetSpec(
                key,
                group_name=domain(source.kalla),
                description=formats.load()[source.kalla][0].beskrivning,
                owners=OWNERS,
                kinds={"parquet"},
                code_version=rulebook.rulebook(source.kalla),
                deps=[dg.AssetKey(["raw", *source.ram.split("/")])] if source.ram else [],
            )
            for key in keys
        ],
        check_specs=checks.door_specs(source, keys[0]),
    )
    def take_in(
        context: dg.AssetExecutionContext, home: HomeResource
    ) -> Iterator[dg.MaterializeResult[Any] | dg.AssetCheckResult]:
        log.info("looking at deliveries: %s", wording.source(source.kalla))
        outcome = intake.take_in(home.home, source)
        context.log.info(
            f"{source.kalla}: {len(outcome.nya)} new deliveries, {len(outcome.avvisade)} rejected in landing"
        )
        mine = home.register.leveranser(source.kalla)
        reports = [str(home.home.reports / row["leverans_id"] / "granskning.md") for row in mine]
        for key in keys:
            yield dg.MaterializeResult(
                asset_key=key,
                metadata={
                    "leveranser": len(mine),
                    "nya": len(outcome.nya),
                    "avvisade": len(outcome.avvisade),
                    "rader_godkanda": sum(
                        row["rader_godkanda"] for row in mine if row["status"] not in ("avvisad", "ersatt", "vantar")
                    ),
                    "rader_karantan": sum(row["rader_karantan"] for row in mine),
                    "granskningsrapporter": dg.MetadataValue.md("\n".join(f"- `{path}`" for path in reports) or "inga"),
                },
            )
        yield from checks.door_results(source, keys[0], home.register, outcome)

    return take_in


raw = {kalla: source_assets(source) for kalla, source in all_sources().items()}


@dg.multi_asset(
    name="register",
    specs=[
        dg.AssetSpec(
            dg.AssetKey(["raw", "register", table]),
            group_name=domain("register"),
            description="The register for one reporting year.",
            owners=OWNERS,
            kinds={"parquet"},
            code_version=state.code_version(),
            deps=[key for asset in raw.values() for key in asset.keys],
        )
        for table in REGISTER
    ],
    partitions_def=reporting_years,
)
def register(context: dg.AssetExecutionContext, home: HomeResource) -> Iterator[dg.MaterializeResult[Any]]:
    """The register as dbt reads it: every delivery, and which of them count in the reporting year."""
    ar = int(context.partition_key)
    intake.write_register(home.home, home.register, ar)
    for folder in intake.unknown_folders(home.home):
        context.log.warning(f"landing/{folder} is no known source: nothing in it is read")
    blocks = home.register.tackning(ar)
    said = {
        "leveranser": {"leveranser": len(home.register.leveranser())},
        "tackning": {"block": len(blocks), "gallande": sum(b["gallande"] for b in blocks)},
        "innehall": {"filer": len(contents.note(home.home.raw))},
    }
    for table, metadata in said.items():
        yield dg.MaterializeResult(asset_key=dg.AssetKey(["raw", "register", table]), metadata=metadata)
