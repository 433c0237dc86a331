"""``MANIFEST.json``: what a release was made from and what it consists of. Nothing in it is read from the clock."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

import duckdb

from dagster_project.release import database
from dagster_project.warehouse.graph import Graph

MANIFEST = "MANIFEST.json"
#: The dbt test that says what a row of a table is told apart by.
UNIQUE = "unik_kombination"
_DELIVERY = ("leverans_id", "kalla", "filnamn", "sha256", "mottagen", "status")


def newest(deliveries: Iterable[Mapping[str, Any]]) -> datetime | None:
    """When the last of the deliveries was received."""
    return max((_time(delivery["mottagen"]) for delivery in deliveries), default=None)


def write(
    folder: Path,
    *,
    utgava: str,
    ar: int,
    code_version: str,
    fingerprint: str,
    deliveries: Iterable[Mapping[str, Any]],
    held: Mapping[str, str],
    database_file: Path,
    marts: Mapping[str, Mapping[str, Sequence[str]]],
) -> None:
    """Describe the finished files of ``folder``. The database is described by its contents, not by its bytes."""
    deliveries = list(deliveries)
    with duckdb.connect(str(database_file), read_only=True) as con:
        contents = database.contents(con)
    last = newest(deliveries)
    whole = sha256("".join(f"{name} {content.sha256}\n" for name, content in sorted(contents.items())).encode())
    files = {
        path.relative_to(folder).as_posix(): whole.hexdigest() if path == database_file else _hash(path)
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }
    described = {
        "utgava": utgava,
        "ar": ar,
        "kodversion": code_version,
        "fingeravtryck": fingerprint,
        "underlag_till": last.isoformat() if last else None,
        "leveranser": sorted(
            (
                {key: str(delivery[key]) for key in _DELIVERY} | {"mottagen": _time(delivery["mottagen"]).isoformat()}
                for delivery in deliveries
            ),
            key=lambda row: row["leverans_id"],
        ),
        "hallna_marter": dict(sorted(held.items())),
        "tabeller": {
            name: {"rader": c.rader, "sha256": c.sha256, **marts.get(name.removeprefix("mart."), {})}
            for name, c in contents.items()
        },
        "filer": files,
    }
    (folder / MANIFEST).write_text(json.dumps(described, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")


def about_marts(dbt_manifest: Path) -> dict[str, dict[str, list[str]]]:
    """The key (``nyckel``) and the sources (``kallor``) of every mart, as dbt knows them."""
    project = Graph(dbt_manifest)
    keys: dict[str, list[str]] = {}
    for node in project.nodes.values():
        if (node.get("test_metadata") or {}).get("name") == UNIQUE:
            keys.setdefault(node["attached_node"], node["test_metadata"]["kwargs"]["kolumner"])
    return {
        name: {"nyckel": keys.get(uid, []), "kallor": sorted(project.sources(uid))}
        for uid, name in project.marts.items()
    }


def behind_tables(dbt_manifest: Path) -> dict[str, list[str]]:
    """The marts that each printed table shows."""
    project = Graph(dbt_manifest)
    return {name: project.marts_of(uid) for uid, name in project.tables.items()}


def read(folder: Path) -> dict[str, Any]:
    """The manifest of a release or of an export of it."""
    content: dict[str, Any] = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    return content


def _hash(path: Path) -> str:
    with path.open("rb") as stream:
        digest = sha256()
        while block := stream.read(1 << 20):
            digest.update(block)
    return digest.hexdigest()


def _time(value: datetime | str) -> datetime:
    return value if isinstance(value, datetime) else datetime.fromisoformat(value)
