"""The reference tables, made of the seeds once for all home folders and reporting years.

They are the same wherever the project is the same, so they are made and tested beside the parsed project, and every build takes them
over from there. What fails there is not taken over: a build runs it itself, and says what came of it.
"""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Mapping, Set
from pathlib import Path

from filelock import FileLock

from dagster_project.warehouse import project, running, state
from dagster_project.warehouse.graph import Graph
from dagster_project.warehouse.places import Places


def nodes(graph: Graph) -> set[str]:
    """The seeds, and the tests that look at nothing else."""
    seeds = {uid for uid, node in graph.nodes.items() if node["resource_type"] == "seed"}
    tests = {uid: set(n["depends_on"]["nodes"]) for uid, n in graph.nodes.items() if n["resource_type"] == "test"}
    return seeds | {uid for uid, read in tests.items() if read and read <= seeds}


def take_over(db: Path, graph: Graph, now: Mapping[str, str], stale: Set[str]) -> set[str]:
    """Take over into a build's database what it lacks of the reference tables.

    :param now: the signatures of the project's nodes, by unique id.
    :param stale: the nodes that the database does not have as they are now.
    :returns: those that need not be made any more.
    """
    given = {uid: now[uid] for uid in nodes(graph)}
    wanted = {uid: signature for uid, signature in given.items() if uid in stale}
    if not wanted:
        return set()
    tables = {uid: (graph.nodes[uid]["schema"], graph.nodes[uid]["alias"]) for uid in wanted if uid.startswith("seed.")}
    with FileLock(project.cache() / ".lock-referens"):
        return state.take_over(db, _made(project.cache(), given), wanted, tables)


def _made(cache: Path, given: Mapping[str, str]) -> Path:
    """The database with the reference tables as they are now. What an earlier one has of them is not made again."""
    digest = hashlib.sha256(json.dumps(sorted(given.items())).encode()).hexdigest()
    made = cache / f"referens-{digest[:16]}.duckdb"
    if made.is_file():
        return made
    unfinished = cache / "referens.part"
    shutil.rmtree(unfinished, ignore_errors=True)
    unfinished.mkdir()
    places = Places(unfinished / "raw", unfinished / "referens.duckdb", unfinished)
    earlier = sorted(cache.glob("referens-*.duckdb"), key=lambda path: path.stat().st_mtime)
    if earlier:
        shutil.copyfile(earlier[-1], places.db)
    before = state.signatures(places.db)
    running.make(places, {"ar": 0}, {uid: sign for uid, sign in given.items() if before.get(uid) != sign})
    for path in earlier:
        path.unlink()
    places.db.rename(made)
    shutil.rmtree(unfinished)
    return made
