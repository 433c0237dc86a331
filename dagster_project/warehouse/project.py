"""The dbt project of the checkout, parsed once for all home folders and reporting years.

Parsing costs more than most builds. What it comes to depends on the project's files alone: where the raw tables lie and what the
database is called is filled in when the parsed project is used (:func:`bound`), and the reporting year is a variable of the run.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from datetime import date
from importlib.metadata import version
from pathlib import Path
from typing import Any

from filelock import FileLock

from dagster_project.rapporter import Rapport
from dagster_project.settings import DBT, EXPECTATIONS, SEEDS, Home

#: What stands in the parsed project for the folder of the raw tables and the name of the database.
_RAW, _DATABASE = "<raw>", "uppfoljning"
#: The project is parsed for no year.
_ANY = Rapport("", 0, "", date.min, ())
#: The tag of the nodes that a run is to make: dbt holds every name of a list against every node, and looks for a tag once.
CHOSEN = "gors_nu"
#: Whose versions decide what SQL a model becomes and what it answers.
ENGINES = ("dbt-core", "dbt-adapters", "dbt-duckdb", "duckdb")


def files() -> list[Path]:
    """Every file that dbt reads, and those of ``expectations/``: what a build rests on besides deliveries and Python code."""
    roots = ((DBT / "models", "*"), (DBT / "macros", "*"), (DBT / "tests", "*"), (SEEDS, "*.csv"), (SEEDS, "*.yml"))
    found = {p for root, pattern in (*roots, (EXPECTATIONS, "*")) for p in root.rglob(pattern) if p.is_file()}
    return sorted({*found, DBT / "dbt_project.yml", DBT / "profiles.yml"})


def read_by_model(pattern: str) -> list[Path]:
    """The files in ``seeds/`` that a model reads itself (macro ``filer``)."""
    return sorted(SEEDS.glob(pattern))


def checksum() -> str:
    """A hash of all that the parsed project depends on: the content of its files, its place, dbt's version."""
    digest = hashlib.sha256(json.dumps([str(DBT), *map(version, ENGINES)]).encode())
    for path in files():
        if EXPECTATIONS not in path.parents:
            digest.update(path.as_posix().encode() + b"\0" + hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()


@contextmanager
def environment(**values: str) -> Iterator[None]:
    before = {k: os.environ.get(k) for k in values}
    os.environ.update(values)
    try:
        yield
    finally:
        for key, value in before.items():
            if value is None:
                del os.environ[key]
            else:
                os.environ[key] = value


def invoke(db: str, raw: str, target: Path, variables: dict[str, Any], *args: str, manifest: Any = None) -> Any:
    """Run dbt in this process on the project, and let go of the database afterwards; dbt's own result."""
    from dbt.adapters.duckdb.connections import DuckDBConnectionManager
    from dbt.cli.main import dbtRunner

    places = ("--project-dir", str(DBT), "--profiles-dir", str(DBT))
    out = ("--target-path", str(target), "--log-path", str(target / "logs"))
    # A log file costs a line written for every event, whatever its level: what became of a node is in the result.
    quiet = ("--log-level", "none", "--log-level-file", "none", "--no-use-colors", "--no-partial-parse")
    with (
        _unheard(),
        environment(
            UPPFOLJNING_RAW=raw,
            UPPFOLJNING_SEEDS=_in_sql(SEEDS),
            UPPFOLJNING_BUILD_DB=db,
            DBT_SEND_ANONYMOUS_USAGE_STATS="false",
            DO_NOT_TRACK="1",
        ),
    ):
        try:
            return dbtRunner(manifest=manifest).invoke([*args, *places, "--vars", json.dumps(variables), *out, *quiet])
        finally:
            DuckDBConnectionManager.close_all_connections()  # dbt keeps the file open, and with it locked


@contextmanager
def _unheard() -> Iterator[None]:
    """What dbt tells of its doings, twenty messages a node, is not put into words: nobody listens, and its result says what came of it."""
    from dbt_common.events import event_manager_client
    from dbt_common.events.event_manager import EventManager

    class Unheard(EventManager):
        def fire_event(self, *args: Any, **kwargs: Any) -> None:
            pass

    before = event_manager_client.get_event_manager()
    event_manager_client.ctx_set_event_manager(Unheard())
    try:
        yield
    finally:
        event_manager_client.ctx_set_event_manager(before)


def cache() -> Path:
    """The folder for what is made once for the content of the project: in it or, where it cannot be written, in the home folder."""
    folder = DBT / "target" if os.access(DBT, os.W_OK) else Home.at().warehouse / "dbt"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def parsed() -> Path:
    """The folder of the parsed project, with ``manifest.json`` and ``manifest.msgpack``; parsed now if any of its files has changed.

    :raises RuntimeError: the project does not parse.
    """
    folder = cache() / f"tolkat-{checksum()[:16]}"
    if not folder.is_dir():
        with FileLock(cache() / ".lock"):  # several processes load the definitions at once
            if not folder.is_dir():
                _parse(folder)
    return folder


def _parse(folder: Path) -> None:
    unfinished = folder.with_suffix(".part")
    shutil.rmtree(unfinished, ignore_errors=True)
    done = invoke(str(unfinished / f"{_DATABASE}.duckdb"), _RAW, unfinished, _ANY.variables, "parse")
    if not done.success:
        raise RuntimeError(f"the dbt project does not parse: {done.exception}")
    from dbt.parser.manifest import extended_mashumaro_encoder

    (unfinished / "manifest.msgpack").write_bytes(done.result.to_msgpack(extended_mashumaro_encoder))
    for earlier in folder.parent.glob("tolkat-*"):
        if earlier != unfinished:
            shutil.rmtree(earlier)
    unfinished.rename(folder)


def bound(raw: Path, database: str, chosen: Collection[str] = ()) -> Any:
    """dbt's manifest of the project, for one run over the tables in ``raw`` in the database of that name.

    :param chosen: the nodes that the run is to make: they get the tag :data:`CHOSEN`, and the manifest has the macros that they need.
    """
    from dbt.contracts.graph.manifest import Manifest
    from dbt.parser.manifest import extended_mashumuro_decoder

    manifest = Manifest.from_msgpack((parsed() / "manifest.msgpack").read_bytes(), decoder=extended_mashumuro_decoder)
    place = _in_sql(raw)
    for source in manifest.sources.values():
        source.database = database
        for meta in (source.meta, source.config.meta):
            meta["external_location"] = meta["external_location"].replace(_RAW, place)
    for node in manifest.nodes.values():
        node.database = database
        if name := getattr(node, "relation_name", None):
            node.relation_name = name.replace(f'"{_DATABASE}".', f'"{database}".', 1)
    if chosen:
        for uid in chosen:
            manifest.nodes[uid].tags.append(CHOSEN)
        needed = _macros(manifest, [manifest.nodes[uid] for uid in chosen])
        manifest.macros = {uid: macro for uid, macro in manifest.macros.items() if uid in needed}
    return manifest


def _macros(manifest: Any, nodes: Collection[Any]) -> set[str]:
    """The macros that some nodes are made with, of the six hundred that dbt has: it lays them all out anew for every node, twice.

    They are the project's own, those that make the nodes, those that dbt asks for by name, and what all these call.
    """
    from dbt.adapters.base import impl as base
    from dbt.adapters.sql import impl as adapter

    asked = {name for of in (base, adapter) for const, name in vars(of).items() if const.endswith("_MACRO_NAME")}
    kinds = {node.config.materialized for node in nodes}
    made = (*(f"materialization_{kind}_" for kind in kinds), "get_incremental_")
    own = manifest.metadata.project_name
    found: set[str] = set()
    new = {
        uid
        for uid, macro in manifest.macros.items()
        if macro.package_name == own or macro.name in asked or macro.name.startswith(made)
    }.union(*(node.depends_on.macros for node in nodes))
    while new := (new & manifest.macros.keys()) - found:
        found |= new
        new = set().union(*(manifest.macros[uid].depends_on.macros for uid in new))
    return found


def described(database: str) -> dict[str, Any]:
    """The manifest of the project as dbt writes it after a run in the database of that name, but without the SQL it ran."""
    data: dict[str, Any] = json.loads((parsed() / "manifest.json").read_text(encoding="utf-8"))
    for node in data["nodes"].values():
        node["database"] = database
        if node.get("relation_name"):
            node["relation_name"] = node["relation_name"].replace(f'"{_DATABASE}".', f'"{database}".', 1)
    return data


def _in_sql(folder: Path) -> str:
    """A folder within a quoted glob of DuckDB's, within a format string of dbt-duckdb's."""
    glob = "".join(f"[{sign}]" if sign in "*?[" else sign for sign in folder.as_posix())
    return glob.replace("'", "''").replace("{", "{{").replace("}", "}}")
