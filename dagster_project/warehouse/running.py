"""dbt, run in this process on the project as it has been parsed before: its command would cost seconds of start-up each time."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from dagster_project.warehouse import contents, project, state
from dagster_project.warehouse.places import Places


def run(places: Places, variables: dict[str, Any], *args: str, chosen: Collection[str] = ()) -> Any:
    """dbt's own result of a command with ``variables``, about the ``chosen`` nodes or all."""
    contents.note(places.raw)
    manifest = project.bound(places.raw, places.db.stem, chosen)
    return project.invoke(str(places.db), str(places.raw), places.target, variables, *args, manifest=manifest)


def make(places: Places, variables: dict[str, Any], wanted: Mapping[str, str]) -> list[Any]:
    """Make some nodes, and remember the signatures of those that were made without fault.

    :param wanted: their signatures by unique id.
    :returns: dbt's result for each of them.
    :raises RuntimeError: dbt could not start at all.
    """
    if not wanted:
        return []
    state.forget(places.db, wanted)
    done = run(
        places,
        variables,
        *("build", "--exclude-resource-type", "unit_test", "--no-write-json"),
        *("--indirect-selection", "empty", "--select", f"tag:{project.CHOSEN}"),
        chosen=wanted,
    )
    if done.result is None:
        raise RuntimeError(f"dbt did not start: {done.exception}")
    state.remember(
        places.db,
        [
            (r.node.unique_id, wanted[r.node.unique_id], getattr(r.node, "compiled_code", None))
            for r in done.result.results
            if str(r.status) in ("success", "pass", "warn")
        ],
    )
    return list(done.result.results)
