"""Whether something has to be made anew is told by content, here and nowhere else.

The signature of a dbt node is a hash of its own code and of the signatures of what it reads: a model's code with its configuration,
every macro it reaches and the variables these ask for; a seed's file; the raw rows of a source. So a change of a macro, a code list, a
threshold, a correction or a delivery changes the signatures of what rests on it, and of nothing else.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Mapping
from functools import cached_property
from importlib.metadata import version
from pathlib import Path
from typing import Any

from dagster_project.warehouse import contents, project
from dagster_project.warehouse.graph import Graph

_WORD = re.compile(r"\b(\w+)\s*\(")
#: A macro that asks the database while it writes SQL.
_LOOKS = "run_query("
_VARIABLE = re.compile(r"\bvar\(\s*['\"](\w+)['\"]")
#: What a node's entry in the manifest says about how it is made.
_CODE = (
    "resource_type",
    "name",
    "raw_code",
    "language",
    "test_metadata",
    "column_name",
    "file_key_name",
    "attached_node",
)
#: The variable that signs the code and the code lists behind the models that are computed month by month.
RULEBOOK = "regelverk"


def _hash(*parts: Any) -> str:
    return hashlib.sha256(json.dumps(parts, ensure_ascii=False, sort_keys=True, default=str).encode()).hexdigest()


class Signatures:
    """The signatures of a project's nodes, by unique id."""

    def __init__(self, graph: Graph) -> None:
        self.graph = graph
        self._code: dict[str, str] = {}
        self._texts: dict[str, str] = {}

    # --- code ---------------------------------------------------------------------------------------------------------

    @cached_property
    def _macros(self) -> dict[str, str]:
        """The project's own macros by name."""
        return {
            m["name"]: m["macro_sql"] for m in self.graph.data["macros"].values() if m["package_name"] == self._name
        }

    @cached_property
    def _name(self) -> str:
        return str(self.graph.data["metadata"]["project_name"])

    @cached_property
    def _everywhere(self) -> str:
        """What every node is made with: the engines, and the macros of dbt's that the project replaces by its own."""
        packages = {m["name"] for m in self.graph.data["macros"].values() if m["package_name"] != self._name}
        return _hash(
            [version(name) for name in project.ENGINES], {n: s for n, s in self._macros.items() if n in packages}
        )

    def _text(self, uid: str) -> str:
        """A node's code followed by that of all the macros it reaches."""
        if uid not in self._texts:
            text, reached = str(self.graph.nodes[uid].get("raw_code", "")), set[str]()
            while new := (set(_WORD.findall(text)) & self._macros.keys()) - reached:
                reached |= new
                text = "\n".join([text, *(self._macros[name] for name in sorted(new))])
            self._texts[uid] = text
        return self._texts[uid]

    def _files(self, uid: str) -> list[str]:
        """Hashes of the files in ``seeds/`` that a model reads itself (macro ``filer``)."""
        pattern = self.graph.nodes[uid]["config"].get("meta", {}).get("filer")
        paths = project.read_by_model(pattern) if pattern else []
        return [f"{path.parent.name}/{path.name} {hashlib.sha256(path.read_bytes()).hexdigest()}" for path in paths]

    def code(self, uid: str) -> str:
        """The signature of a node's own code: Dagster's ``code_version``. Neither what it reads nor any variable is in it."""
        if uid not in self._code:
            node = self.graph.nodes[uid]
            config = {k: v for k, v in node["config"].items() if k not in ("meta", "docs", "tags", "group")}
            columns = {c["name"]: [c.get("data_type"), c.get("constraints")] for c in node.get("columns", {}).values()}
            file = Path(node.get("root_path") or "") / node["original_file_path"]
            data = hashlib.sha256(file.read_bytes()).hexdigest() if node["resource_type"] == "seed" else self._text(uid)
            self._code[uid] = _hash(
                self._everywhere, [node.get(k) for k in _CODE], config, columns, data, *self._files(uid)
            )
        return self._code[uid]

    def code_versions(self) -> dict[str, str]:
        """Dagster's ``code_version`` of every seed and model, by unique id."""
        return {
            uid: self.code(uid)[:16]
            for uid, node in self.graph.nodes.items()
            if node["resource_type"] in ("seed", "model")
        }

    def rulebook(self, variables: Mapping[str, Any]) -> str:
        """A signature of the code and the code lists behind the models that are computed month by month, for variable ``regelverk``.

        Of the variables only the corrections of the raw tables themselves: what a month is does not hang on the year that asks.
        """
        monthly = {uid for uid, n in self.graph.nodes.items() if n["config"].get("materialized") == "incremental"}
        behind = set().union(*(self.graph.upstream(uid) for uid in monthly))
        tables = {tuple(uid.split(".")[2:4]) for uid in behind if uid.startswith("source.")}
        corrections = [
            r
            for r in json.loads(variables.get("rattelser", "[]"))
            if (r["kalla"], r["tabell"]) in tables and r["galler_fran"] <= variables["ar"] <= r["galler_till"]
        ]
        return _hash(sorted(self.code(uid) for uid in behind if uid in self.graph.nodes), corrections)

    # --- content ------------------------------------------------------------------------------------------------------

    def all(self, raw: Path, variables: Mapping[str, Any]) -> dict[str, str]:
        """The signature of every node that dbt makes or runs, over the tables in ``raw``.

        A view over other relations holds no rows: it stands until its code, or that of what it reads, changes.

        :param variables: what dbt is told, with ``regelverk``.
        """
        tables = contents.note(raw)
        register: dict[tuple[str, str | None], str] = {}
        made: dict[str, str] = {}
        shapes: dict[str, str] = {}

        def source(uid: str, reader: dict[str, Any]) -> str:
            kalla, tabell = uid.split(".")[2:4]
            if kalla != contents.REGISTER:
                return tables.get((kalla, tabell), "")
            # The models of staging/<source>/ read what the register says about their own source.
            parts = Path(reader.get("path", "")).parts
            about = parts[1] if parts[0] == "staging" and parts[1] != contents.REGISTER else None
            if (tabell, about) not in register:
                register[tabell, about] = contents.rows(raw, tabell, about)
            return register[tabell, about]

        def told(name: str, read: list[str]) -> Any:
            """What a variable says to a model; of the corrections those of the tables it reads, or of all where it lists them."""
            if name != "rattelser":
                return variables.get(name)
            mine = {tuple(uid.split(".")[2:4]) for uid in read if uid.startswith("source.")}
            said = json.loads(variables.get(name, "[]"))
            if mine:
                return [r for r in said if (r["kalla"], r["tabell"]) in mine]
            return [
                (r, tables.get((r["kalla"], r["tabell"])), contents.rows(raw, "tackning", r["kalla"])) for r in said
            ]

        def hashed(uid: str, read: Callable[[str], str]) -> str:
            node = self.graph.nodes[uid]
            parents = sorted(set(node.get("depends_on", {}).get("nodes", [])))
            asked = {name: told(name, parents) for name in _VARIABLE.findall(self._text(uid))}
            return _hash(self.code(uid), parents, [read(parent) for parent in parents], asked)

        def sign(uid: str) -> str:
            """What a node holds."""
            if uid not in made:
                node = self.graph.nodes[uid]
                made[uid] = hashed(uid, lambda p: source(p, node) if p.startswith("source.") else sign(p))
            return made[uid]

        def shape(uid: str) -> str:
            """What a node is made of, whatever rows it reads, unless these decide its code."""
            if uid.startswith("source."):
                return _hash(self.graph.data["sources"][uid]["columns"])
            if uid not in shapes:
                shapes[uid] = sign(uid) if _LOOKS in self._text(uid) else hashed(uid, shape)
            return shapes[uid]

        def current(uid: str, node: dict[str, Any]) -> str:
            if node["config"].get("materialized") != "view" or _LOOKS in self._text(uid):
                return sign(uid)
            return hashed(uid, lambda p: source(p, node) if p.startswith("source.") else shape(p))

        return {
            uid: current(uid, node)
            for uid, node in self.graph.nodes.items()
            if node["resource_type"] in ("seed", "model", "test")
        }
