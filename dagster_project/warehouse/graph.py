"""What dbt's manifest says about marts and their sources, and what a failed node takes with it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

#: The schema of the printed tables, and what stands between a report and the name of a table that is its own.
SCHEMA, OF = "tabell", "__"
#: The dbt test of all that holds for the rows of a relation; its argument ``nyckel`` is what a row is told apart by.
HOLDS = "haller"


@dataclass(frozen=True)
class Nod:
    """What became of one dbt node: ``status`` is dbt's own word (success, pass, warn, fail, error, skipped)."""

    unique_id: str
    status: str
    message: str | None
    seconds: float
    failures: int | None

    @property
    def failed(self) -> bool:
        return self.status in ("error", "fail", "runtime error")


class Graph:
    """What a manifest says about marts and sources."""

    def __init__(self, path: Path) -> None:
        self.data: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        self.nodes: dict[str, dict[str, Any]] = self.data["nodes"]

    @classmethod
    def of(cls, path: Path) -> Graph:
        """The manifest at ``path``, read once for as long as the file is the same. Change nothing in it."""
        stat = path.stat()
        return _read(path, stat.st_mtime_ns, stat.st_size)

    @property
    def marts(self) -> dict[str, str]:
        """Mart name by unique id."""
        return {
            uid: n["name"]
            for uid, n in self.nodes.items()
            if n["resource_type"] == "model" and n["config"].get("schema") == "mart"
        }

    @property
    def tables(self) -> dict[str, tuple[str, str]]:
        """Printed table by unique id: the report whose own it is (empty: reports share it) and the name it has in a release."""
        return {
            uid: (report, name)
            for uid, n in self.nodes.items()
            if n["resource_type"] == "model" and n["config"].get("schema") == SCHEMA
            for report, _, name in [n["alias"].rpartition(OF)]
        }

    def printable(self, report: str) -> dict[str, str]:
        """The printed tables that a report may have, its own and those that reports share, by their names in a release."""
        return {name: uid for uid, (whose, name) in self.tables.items() if whose in ("", report)}

    def foreign(self, report: str) -> set[str]:
        """The tables that are another report's own, and the tests of them alone."""
        models = {uid for uid, (whose, _) in self.tables.items() if whose not in ("", report)}
        return models | {
            uid for uid, n in self.nodes.items() if n["resource_type"] == "test" and self.tested(uid) <= models
        }

    def marts_of(self, uid: str) -> list[str]:
        """The marts that a printed table reads."""
        marts = self.marts
        return [marts[parent] for parent in self.nodes[uid]["depends_on"]["nodes"] if parent in marts]

    @cache  # noqa: B019 - a manifest lives as long as its process needs it
    def upstream(self, uid: str) -> frozenset[str]:
        """All nodes and sources a node rests on, itself included."""
        parents = self.nodes.get(uid, {}).get("depends_on", {}).get("nodes", [])
        return frozenset({uid}).union(*(self.upstream(p) for p in parents))

    def behind(self, folder: str) -> set[str]:
        """The models of a folder of the project, all nodes they rest on, and the tests that look at no other."""
        models = {uid for uid, n in self.nodes.items() if n["resource_type"] == "model"}
        wanted = {uid for uid in models if Path(folder) in Path(self.nodes[uid]["original_file_path"]).parents}
        nodes = set().union(*(self.upstream(uid) for uid in wanted)) & self.nodes.keys()
        tests = {uid for uid, n in self.nodes.items() if n["resource_type"] == "test"}
        return nodes | {uid for uid in tests if set(self.nodes[uid]["depends_on"]["nodes"]) <= nodes}

    def sources(self, uid: str) -> set[str]:
        """The delivery sources a node rests on."""
        found = {u.split(".")[2] for u in self.upstream(uid) if u.startswith("source.")}
        return found - {"register"}

    def marts_on(self, kalla: str, tabell: str) -> set[str]:
        """The marts that rest on a raw table."""
        tables = {uid for uid, n in self.data["sources"].items() if (n["source_name"], n["name"]) == (kalla, tabell)}
        return {name for uid, name in self.marts.items() if tables & self.upstream(uid)}

    def tested(self, uid: str) -> set[str]:
        """The models a test speaks of: the one it is attached to, or all it selects from."""
        node = self.nodes[uid]
        attached = node.get("attached_node")
        return {attached} if attached else set(node["depends_on"]["nodes"])

    def hurt(self, failed: list[Nod]) -> dict[str, str]:
        """Marts that rest on something that failed, and under ``tabell.<id>`` printed tables that failed themselves, with the
        first reason in Swedish: it is printed with the held table."""
        reasons: dict[str, str] = {}
        for nod in failed:
            broken = (
                {nod.unique_id}
                if not nod.unique_id.startswith(("test.", "unit_test."))
                else self._of_test(nod.unique_id)
            )
            what = sorted(uid.split(".")[2] for uid in broken)
            reason = f"Kontrollen av {', '.join(what)} gav utslag i bygget ({nod.message or nod.status})."
            hurt = [name for uid, name in self.marts.items() if broken & self.upstream(uid)]
            hurt += [f"{SCHEMA}.{name}" for uid, (_, name) in self.tables.items() if uid in broken]
            for name in hurt:
                reasons.setdefault(name, reason)
        return reasons

    def _of_test(self, uid: str) -> set[str]:
        if uid.startswith("unit_test."):
            parents = self.data["unit_tests"][uid]["depends_on"]["nodes"]
            return set(parents[:1])
        return self.tested(uid)


@lru_cache(maxsize=4)
def _read(path: Path, _changed: int, _size: int) -> Graph:
    return Graph(path)
