"""The assets: deliveries of each source into raw, the register for a year, the dbt models, the release.

Each body calls a room and tells Dagster what came of it. The graph is the one of ``docs/architecture.md``.
"""

import logging
from collections.abc import Iterator, Mapping
from typing import Any

import dagster as dg
from dagster_dbt import DagsterDbtTranslator, DbtProject, dbt_assets
from dagster_dbt.asset_utils import get_asset_check_key_for_test

from dagster_project import checks
from dagster_project.deliveries import intake
from dagster_project.deliveries.register import Register
from dagster_project.partitions import reporting_years
from dagster_project.reading import formats
from dagster_project.release import publish as publishing
from dagster_project.release import releases
from dagster_project.release.manifest import Draft
from dagster_project.settings import Home
from dagster_project.sources import Source, all_sources
from dagster_project.validation import response
from dagster_project.validation.suites import Kontroll
from dagster_project.warehouse import corrections, dbt, project, state
from dagster_project.warehouse.graph import Graph

log = logging.getLogger("uppfoljning.assets")

MANIFEST = project.parsed() / "manifest.json"
REGISTER = [dg.AssetKey(["raw", "register", t]) for t in ("leveranser", "tackning")]


def _year(context: dg.AssetExecutionContext) -> int:
    return int(context.partition_key)


def _home() -> Home:
    home = Home.at()
    home.create()
    return home


# --- 1 to 3: deliveries, sources, raw ---------------------------------------------------------------------------------


def source_assets(source: Source) -> dg.AssetsDefinition:
    """The raw tables of one source, filled from its landing folder."""
    spec = formats.load()[source.kalla][0]
    keys = [dg.AssetKey(["raw", source.kalla, table]) for table in source.tables(spec)]
    frame = [dg.AssetKey(["raw", *source.ram.split("/")])] if source.ram else []

    @dg.multi_asset(
        name=f"leveranser_{source.kalla}",
        specs=[
            dg.AssetSpec(
                key,
                group_name="leveranser",
                description=spec.beskrivning,
                kinds={"parquet"},
                partitions_def=reporting_years,
                deps=frame,
            )
            for key in keys
        ],
        check_specs=checks.door_specs(source, keys[0]),
    )
    def take_in(context: dg.AssetExecutionContext) -> Iterator[dg.MaterializeResult[Any] | dg.AssetCheckResult]:
        home = _home()
        register = Register(home.register)
        log.info("looking at deliveries of %s", source.kalla)
        outcome = intake.take_in(home, source)
        context.log.info(
            f"{source.kalla}: {len(outcome.nya)} new deliveries, {len(outcome.avvisade)} rejected in landing"
        )
        mine = [row for row in register.leveranser() if row["kalla"] == source.kalla]
        reports = [str(home.reports / row["leverans_id"] / "granskning.md") for row in mine]
        for key in keys:
            yield dg.MaterializeResult(
                asset_key=key,
                metadata={
                    "leveranser": len(mine),
                    "nya": len(outcome.nya),
                    "avvisade": len(outcome.avvisade),
                    "rader_godkanda": sum(
                        row["rader_godkanda"] for row in mine if row["status"] not in ("avvisad", "ersatt")
                    ),
                    "rader_karantan": sum(row["rader_karantan"] for row in mine),
                    "granskningsrapporter": dg.MetadataValue.md("\n".join(f"- `{path}`" for path in reports) or "inga"),
                },
            )
        yield from checks.door_results(source, keys[0], register, outcome)

    return take_in


deliveries = [source_assets(source) for source in all_sources().values()]


@dg.multi_asset(
    name="register",
    specs=[
        dg.AssetSpec(
            key,
            group_name="leveranser",
            kinds={"parquet"},
            partitions_def=reporting_years,
            deps=[k for asset in deliveries for k in asset.keys],
            description="The register for one reporting year.",
        )
        for key in REGISTER
    ],
)
def register_tables(context: dg.AssetExecutionContext) -> Iterator[dg.MaterializeResult[Any]]:
    home, ar = _home(), _year(context)
    register = Register(home.register)
    intake.write_register(home, register, ar)
    for folder in intake.unknown_folders(home):
        context.log.warning(f"landing/{folder} is no known source: nothing in it is read")
    blocks = register.tackning(ar)
    yield dg.MaterializeResult(asset_key=REGISTER[0], metadata={"leveranser": len(register.leveranser())})
    yield dg.MaterializeResult(
        asset_key=REGISTER[1], metadata={"block": len(blocks), "gallande": sum(b["gallande"] for b in blocks)}
    )


# --- 4: dbt -----------------------------------------------------------------------------------------------------------


class Translator(DagsterDbtTranslator):
    """Asset keys and groups from the folders: ``mart/webbtidbok``, ``raw/webbtidbok/mottagningar``."""

    def get_asset_key(self, dbt_resource_props: Mapping[str, Any]) -> dg.AssetKey:
        if dbt_resource_props["resource_type"] == "source":
            return dg.AssetKey(["raw", dbt_resource_props["source_name"], dbt_resource_props["name"]])
        return dg.AssetKey([dbt_resource_props["schema"], dbt_resource_props["name"]])

    def get_asset_check_spec(
        self, asset_spec: dg.AssetSpec, manifest: Mapping[str, Any], unique_id: str, project: DbtProject | None
    ) -> dg.AssetCheckSpec | None:
        """A failing test holds the marts it concerns; it does not keep the others from being released."""
        spec = super().get_asset_check_spec(asset_spec, manifest, unique_id, project)
        return spec._replace(blocking=False) if spec else None

    def get_group_name(self, dbt_resource_props: Mapping[str, Any]) -> str:
        return str(dbt_resource_props["schema"])


translator = Translator()


@dbt_assets(manifest=MANIFEST, dagster_dbt_translator=translator, partitions_def=reporting_years, name="dbt")
def models(context: dg.AssetExecutionContext) -> Iterator[dg.MaterializeResult[Any] | dg.AssetCheckResult]:
    """All seeds, models and tests in one dbt invocation. Skipped when nothing has changed since a release that held no mart."""
    home, ar = _home(), _year(context)
    register = Register(home.register)
    last = releases.current(home, ar)
    if last and last.fingerprint == state.fingerprint(register, ar, {}):
        log.info(f"Nothing new since release {last.id}: dbt is not run.")
        return
    log.info("running dbt")
    nodes = dbt.build(home, ar)
    manifest = Graph(dbt.manifest_of(home))
    failed = [n for n in nodes if n.failed]
    held = manifest.hurt(failed) | corrections.held(manifest, dbt.build_db(home, ar))
    state.write_held(home, ar, held)
    made: set[dg.AssetKey] = set()
    for node in failed:
        context.log.error(f"{node.unique_id}: {node.message}")
    for node in nodes:
        props = manifest.nodes.get(node.unique_id)
        if props is None:
            continue
        if props["resource_type"] in ("model", "seed") and node.status == "success":
            key = translator.get_asset_key(props)
            if key in context.selected_asset_keys:
                made.add(key)
                yield dg.MaterializeResult(asset_key=key, metadata={"sekunder": round(node.seconds, 3)})
        elif props["resource_type"] == "test":
            check = get_asset_check_key_for_test(manifest.data, translator, node.unique_id, None)
            if check is not None and check in context.selected_asset_check_keys:
                yield dg.AssetCheckResult(
                    passed=node.status in ("pass", "warn"),
                    asset_key=check.asset_key,
                    check_name=check.name,
                    severity=dg.AssetCheckSeverity.ERROR if node.failed else dg.AssetCheckSeverity.WARN,
                    metadata={"status": node.status, "rader": node.failures or 0},
                )
    # A mart that is unchanged, or could not be made, keeps its last good state; saying so lets the release, which rests on every
    # mart, go on.
    for _, name in sorted(manifest.marts.items(), key=lambda mart: len(manifest.upstream(mart[0]))):
        key = dg.AssetKey(["mart", name])
        if key in context.selected_asset_keys - made:
            yield dg.MaterializeResult(asset_key=key, metadata={"hallen": held[name]} if name in held else {})
    for uid in manifest.tables:  # so does a printed table
        key = translator.get_asset_key(manifest.nodes[uid])
        if key in context.selected_asset_keys - made:
            yield dg.MaterializeResult(asset_key=key)


# --- 5: release -------------------------------------------------------------------------------------------------------

RELEASE = dg.AssetKey(["release", "utgava"])


@dg.multi_asset(
    name="utgava",
    specs=[
        dg.AssetSpec(
            RELEASE,
            group_name="release",
            kinds={"duckdb", "excel"},
            partitions_def=reporting_years,
            deps=[key for key in models.keys if key.path[0] in ("mart", "tabell")],
            description="The year's release: workbook, csv files, analysts' database, manifest; swapped in when it is whole.",
        )
    ],
    check_specs=checks.response_specs(RELEASE),
)
def release(context: dg.AssetExecutionContext) -> Iterator[dg.MaterializeResult[Any] | dg.AssetCheckResult]:
    """Response rates against their thresholds, then the release. A source under its stop level has its marts held."""
    home, ar = _home(), _year(context)
    register = Register(home.register)
    log.info("checking response rates")
    broken = state.read_held(home, ar)
    rates = (
        []
        if response.SUITE in broken
        else response.check(dbt.build_db(home, ar), home.datadocs / response.SUITE / f"{ar}.html")
    )
    held = {**_held_by_rates(home, rates), **broken}
    log.info("writing the release")
    draft = Draft(
        ar,
        dbt.build_db(home, ar),
        dbt.manifest_of(home),
        deliveries=state.deliveries_used(register, ar),
        code_version=state.code_version(),
        held=held,
        fingerprint=state.fingerprint(register, ar, held),
    )
    made = publishing.publish(home, draft)
    rows = {name: table["rader"] for name, table in made.manifest["tabeller"].items()}
    yield dg.MaterializeResult(
        asset_key=RELEASE,
        metadata={
            "utgava": made.id,
            "mapp": dg.MetadataValue.path(made.path),
            "ny": made.created,
            "rader": dg.MetadataValue.json(rows),
        },
    )
    for check in rates:
        yield checks.response_result(RELEASE, check)


def _held_by_rates(home: Home, rates: list[Kontroll]) -> dict[str, str]:
    """The marts that rest on a source under its stop level, and on no other, with the reason."""
    manifest = Graph(dbt.manifest_of(home))
    stopped = response.sources_held(rates)
    return {
        name: reason
        for kalla, reason in stopped.items()
        for uid, name in manifest.marts.items()
        if manifest.sources(uid) == {kalla}
    }
