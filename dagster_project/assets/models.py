"""Room 4: the seeds, models and tests of dbt, in one invocation."""

import logging
from collections.abc import Iterator, Mapping, Set
from typing import Any

import dagster as dg
from dagster_dbt import DagsterDbtTranslator, DbtProject, dbt_assets
from dagster_dbt.asset_utils import get_asset_check_key_for_test

from dagster_project.assets import OWNERS, Omfang
from dagster_project.assets.deliveries import domain
from dagster_project.partitions import reporting_years
from dagster_project.release import persons, releases
from dagster_project.resources import HomeResource
from dagster_project.warehouse import corrections, dbt, project, state
from dagster_project.warehouse.graph import SCHEMA, Graph, Nod
from dagster_project.warehouse.signature import Signatures

log = logging.getLogger("uppfoljning.assets")

MANIFEST = project.parsed() / "manifest.json"


class Translator(DagsterDbtTranslator):
    """Asset keys and groups from the folders: ``mart/webbtidbok``, ``raw/webbtidbok/mottagningar``."""

    def __init__(self, graph: Graph) -> None:
        super().__init__()
        self.graph = graph
        self.versions = Signatures(graph).code_versions()

    def get_asset_key(self, dbt_resource_props: Mapping[str, Any]) -> dg.AssetKey:
        if dbt_resource_props["resource_type"] == "source":
            return dg.AssetKey(["raw", dbt_resource_props["source_name"], dbt_resource_props["name"]])
        return dg.AssetKey([dbt_resource_props["schema"], dbt_resource_props["name"]])

    def get_asset_check_spec(
        self, asset_spec: dg.AssetSpec, manifest: Mapping[str, Any], unique_id: str, project: DbtProject | None
    ) -> dg.AssetCheckSpec | None:
        """A failing test holds the marts it concerns; it does not keep the others from being released."""
        spec = super().get_asset_check_spec(asset_spec, manifest, unique_id, project)
        if spec is None:
            return None
        return spec._replace(
            blocking=False, description=spec.description or _asked(manifest["nodes"].get(unique_id, {}))
        )

    def get_group_name(self, dbt_resource_props: Mapping[str, Any]) -> str:
        """The domain: the folder that a model lies in. Reference tables are everybody's."""
        if dbt_resource_props["schema"] == "referens":
            return "referens"
        if dbt_resource_props["schema"] == SCHEMA:
            return "tabeller"
        return domain(dbt_resource_props["fqn"][-2])

    def get_owners(self, dbt_resource_props: Mapping[str, Any]) -> list[str]:  # noqa: ARG002 - one owner for all
        return OWNERS

    def get_code_version(self, dbt_resource_props: Mapping[str, Any]) -> str | None:
        """The signature of a node's own code; of a seed, its rows."""
        if dbt_resource_props["resource_type"] == "source":
            return None  # the asset that fills it says so
        return self.versions.get(dbt_resource_props["unique_id"])


#: What a test of dbt asks for, by its argument.
_ASKS = {
    "nyckel": "rows told apart by {}",
    "ifyllda": "filled in: {}",
    "tillatna": "only the values allowed: {}",
    "finns_i": "found where it refers to: {}",
}


def _asked(test: Mapping[str, Any]) -> str:
    """What a test of dbt asks for, in words."""
    asked = (test.get("test_metadata") or {}).get("kwargs", {})
    parts = [form.format(", ".join(asked[name])) for name, form in _ASKS.items() if asked.get(name)]
    text = "; ".join(parts) or str(test.get("description") or test.get("name", "")).replace("_", " ")
    return f"dbt: {text or 'a rule in SQL'}."


translator = Translator(Graph.of(MANIFEST))


@dbt_assets(
    manifest=translator.graph.data, dagster_dbt_translator=translator, partitions_def=reporting_years, name="dbt"
)
def models(
    context: dg.AssetExecutionContext, config: Omfang, home: HomeResource
) -> Iterator[dg.MaterializeResult[Any] | dg.AssetCheckResult]:
    """All seeds, models and tests. Skipped when nothing has changed since a release that held no mart."""
    place, ar = home.home, int(context.partition_key)
    last = releases.current(place, ar)
    if (
        last
        and not config.full_refresh
        and last.fingerprint == state.fingerprint(home.register, ar, {}, persons.marked(place))
    ):
        log.info(f"Nothing new since release {last.id}: dbt is not run.")
        for key in _shown(translator.graph, context.selected_asset_keys):  # or the response rates would not be told of
            yield dg.MaterializeResult(asset_key=key, metadata={"oforandrad_sedan": last.id})
        return
    log.info("running dbt")
    nodes = dbt.build(place, ar, full_refresh=config.full_refresh)
    manifest = Graph.of(dbt.manifest_of(place))
    failed = [n for n in nodes if n.failed]
    held = manifest.hurt(failed) | corrections.held(manifest, dbt.build_db(place, ar))
    state.write_held(place, ar, held)
    for node in failed:
        context.log.error(f"{node.unique_id}: {node.message}")
    told = [answer for node in nodes if (answer := _told(context, manifest, node))]
    made = {answer.asset_key: answer for answer in told if isinstance(answer, dg.MaterializeResult)}
    # A mart that is unchanged, or could not be made, keeps its last good state; saying so lets the release, which rests on every
    # mart, go on. What a test says of the same rows it says again; what dbt could not do, it may be able to the next time.
    broken = manifest.hurt([n for n in failed if n.status != "fail"])
    for key in _shown(manifest, context.selected_asset_keys - made.keys()):
        name = key.path[-1]
        kept = key.path[0] == "mart" and name in held  # a printed table is of what its marts are of
        made[key] = dg.MaterializeResult(
            asset_key=key, metadata={"hallen": held[name], "tillfalligt": name in broken} if kept else {}
        )
    yield from (made[key] for key in _in_order(manifest, made.keys()))
    yield from (answer for answer in told if isinstance(answer, dg.AssetCheckResult))


def _in_order(graph: Graph, among: Set[Any]) -> list[dg.AssetKey]:
    """The nodes among some assets, each after those it rests on."""
    nodes = [uid for uid, node in graph.nodes.items() if node["resource_type"] in ("model", "seed")]
    ordered = sorted(nodes, key=lambda uid: len(graph.upstream(uid)))
    return [key for uid in ordered if (key := translator.get_asset_key(graph.nodes[uid])) in among]


def _shown(graph: Graph, among: Set[dg.AssetKey]) -> list[dg.AssetKey]:
    """The marts and printed tables among some assets, each after those it rests on."""
    shown = {translator.get_asset_key(graph.nodes[uid]) for uid in (*graph.marts, *graph.tables)}
    return _in_order(graph, shown & among)


def _told(
    context: dg.AssetExecutionContext, manifest: Graph, node: Nod
) -> dg.MaterializeResult[Any] | dg.AssetCheckResult | None:
    """What Dagster is told of a node that dbt has run: a table was made, or a test was held."""
    props = manifest.nodes.get(node.unique_id)
    if props is None:
        return None
    if props["resource_type"] in ("model", "seed") and node.status == "success":
        key = translator.get_asset_key(props)
        if key in context.selected_asset_keys:
            return dg.MaterializeResult(asset_key=key, metadata={"sekunder": round(node.seconds, 3)})
    elif props["resource_type"] == "test":
        check = get_asset_check_key_for_test(manifest.data, translator, node.unique_id, None)
        if check is not None and check in context.selected_asset_check_keys:
            return dg.AssetCheckResult(
                passed=node.status in ("pass", "warn"),
                asset_key=check.asset_key,
                check_name=check.name,
                severity=dg.AssetCheckSeverity.ERROR if node.failed else dg.AssetCheckSeverity.WARN,
                metadata={"status": node.status, "rader": node.failures or 0},
            )
    return None
