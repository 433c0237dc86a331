"""``MANIFEST.json``: what a release was made from and what it consists of. Nothing in it is read from the clock."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, NotRequired, TypedDict

from dagster_project import digest, rapporter
from dagster_project.release import ReleaseError

if TYPE_CHECKING:
    from dagster_project.deliveries.earlier import Earlier
    from dagster_project.release.catalogue import Naming
    from dagster_project.release.database import Content

MANIFEST = "MANIFEST.json"
#: The folder of a release that is not published. It has a manifest of its own, so that what is published is whole without it.
INTERN = "intern"
_INTERN = f"{INTERN}/"
#: What a release is that holds made-up rows.
DEMONSTRATION = "Demonstrationsutgåva"


@dataclass(frozen=True)
class Draft:
    """What a release for the reporting year ``ar`` is made of.

    :param deliveries: the deliveries it rests on, as the register has them; ``late`` those that came after the report's cut-off.
    :param held: the marts, and under ``tabell.<id>`` the printed tables, that failed a blocking check, with the reason in Swedish.
    :param fingerprint: stands for everything the release depends on.
    :param hidden: the names that are hidden in it, besides the personal data that is found.
    :param anew: make it even where a release with that fingerprint is there.
    :param earlier: the values that stand although a later delivery has come.
    """

    ar: int
    build_db: Path
    dbt_manifest: Path
    deliveries: Sequence[Mapping[str, Any]]
    code_version: str
    held: Mapping[str, str]
    fingerprint: str
    hidden: Sequence[str] = ()
    anew: bool = False
    late: Sequence[Mapping[str, Any]] = ()
    earlier: Sequence[Earlier] = ()


class Delivery(TypedDict):
    """A delivery that a release rests on; ``mottagen`` in ISO form, ``avsandare`` an organisation."""

    leverans_id: str
    kalla: str
    avsandare: str
    sha256: str
    mottagen: str
    status: str
    pahittad: NotRequired[bool]
    andrahand: NotRequired[bool]


class About(TypedDict):
    """A mart as dbt knows it: the columns its rows are told apart by (none: no key) and the sources it rests on; in a release also how
    many of its rows are made up, if any."""

    nyckel: list[str]
    kallor: list[str]
    pahittade: NotRequired[int]


class TableContent(TypedDict):
    """A table of the analysts' database: rows, hash of the content whatever its order; of a mart also :class:`About`."""

    rader: int
    sha256: str
    pahittade: NotRequired[int]
    nyckel: NotRequired[list[str]]
    kallor: NotRequired[list[str]]


class _Always(TypedDict):
    utgava: str
    ar: int
    kodversion: str
    fingeravtryck: str
    underlag_till: str | None
    leveranser: list[Delivery]
    hallna_marter: dict[str, str]
    tabeller: dict[str, TableContent]
    filer: dict[str, str]


class Manifest(_Always, total=False):
    """The content of ``MANIFEST.json``. ``underlag_till``: the cut-off of the report, null where it has none; ``rapportdatum``: the day
    at which deliveries are judged; ``efter_brytdag``: those that came later and are not used. ``tabeller`` by ``schema.table``; ``filer``: hash by path inside the release; ``slag``:
    :data:`DEMONSTRATION`, of a release that is one; ``tidigare_varden``: what is said of values that a later delivery has not replaced."""

    slag: str
    rapport: str
    rapportdatum: str
    efter_brytdag: list[Delivery]
    tidigare_varden: list[str]


class Internal(TypedDict):
    """The content of ``intern/MANIFEST.json``: of what is not published, the tables of the whole database and the files of the folder."""

    utgava: str
    tabeller: dict[str, TableContent]
    filer: dict[str, str]


def write(
    folder: Path, utgava: str, draft: Draft, database_file: Path, house: Path, marts: Mapping[str, About]
) -> None:
    """Describe the finished files of ``folder``: what is published and, in a manifest of its own, what is not.

    :param house: the whole database, of which ``database_file`` is what is published.
    """
    from dagster_project.release import database

    report = rapporter.of(draft.ar)
    contents = {path: database.contents_of(path) for path in (database_file, house)}
    files = hashes(folder, contents)
    described: Manifest = {
        "utgava": utgava,
        "ar": draft.ar,
        "kodversion": draft.code_version,
        "fingeravtryck": draft.fingerprint,
        "underlag_till": report.brytdag.isoformat() if report.brytdag else None,
        "rapportdatum": report.rapportdatum.isoformat(),
        "efter_brytdag": _listed(draft.late),
        "leveranser": _listed(draft.deliveries),
        "hallna_marter": dict(sorted(draft.held.items())),
        "tabeller": _tables(contents[database_file], marts),
        "filer": {name: said for name, said in files.items() if not name.startswith(_INTERN)},
    }
    if any(mart.get("pahittade") for mart in marts.values()):
        described["slag"] = DEMONSTRATION
    if draft.earlier:
        described["tidigare_varden"] = [each.said for each in draft.earlier]
    if report.id:
        described["rapport"] = report.id
    kept = contents[house].items() - contents[database_file].items()
    own: Internal = {
        "utgava": utgava,
        "tabeller": _tables(dict(sorted(kept)), marts),
        "filer": {name.removeprefix(_INTERN): said for name, said in files.items() if name.startswith(_INTERN)},
    }
    for path, said in ((folder / MANIFEST, described), (house.with_name(MANIFEST), own)):
        path.write_text(json.dumps(said, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")


def _tables(contents: Mapping[str, Content], marts: Mapping[str, About]) -> dict[str, TableContent]:
    return {
        name: {"rader": c.rader, "sha256": c.sha256, **marts.get(name.removeprefix("mart."), {})}  # type: ignore[typeddict-item]
        for name, c in contents.items()
    }


def hashes(folder: Path, contents: Mapping[Path, Mapping[str, Content]] | None = None) -> dict[str, str]:
    """The hash of every file of a release but its manifests. A database's is that of its contents, not of its bytes.

    :param contents: those of the databases that are known.
    """
    return {
        path.relative_to(folder).as_posix(): _database(path, contents or {})
        if path.suffix == ".duckdb"
        else digest.content(path)
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.name != MANIFEST
    }


def _database(path: Path, contents: Mapping[Path, Mapping[str, Content]]) -> str:
    import duckdb

    from dagster_project.release import database

    try:
        return database.whole(contents[path] if path in contents else database.contents_of(path))
    except duckdb.Error:  # no database any more
        return ""


def about_marts(dbt_manifest: Path) -> dict[str, About]:
    """Key and sources of every mart."""
    from dagster_project.warehouse.graph import HOLDS, Graph

    project = Graph.of(dbt_manifest)
    keys: dict[str, list[str]] = {}
    for node in project.nodes.values():
        if (node.get("test_metadata") or {}).get("name") == HOLDS:
            keys[node["attached_node"]] = node["test_metadata"]["kwargs"].get("nyckel", [])
    return {
        name: {"nyckel": keys.get(uid, []), "kallor": sorted(project.sources(uid))}
        for uid, name in project.marts.items()
    }


def naming(dbt_manifest: Path) -> dict[str, Naming]:
    """How marts name those who are late or missing, of the marts that do."""
    from dagster_project.release.catalogue import Naming
    from dagster_project.warehouse.graph import Graph

    project = Graph.of(dbt_manifest)
    said = {name: project.nodes[uid]["config"].get("meta", {}).get("utpekar") for uid, name in project.marts.items()}
    return {name: Naming.model_validate(about) for name, about in said.items() if about}


def internal_marts(dbt_manifest: Path) -> list[str]:
    """The marts that are for those who work with the report (``meta: {krets: intern}``)."""
    from dagster_project.warehouse.graph import Graph

    project = Graph.of(dbt_manifest)
    return [
        name
        for uid, name in project.marts.items()
        if project.nodes[uid]["config"].get("meta", {}).get("krets") == "intern"
    ]


def behind_tables(dbt_manifest: Path, models: Mapping[str, str]) -> dict[str, list[str]]:
    """The marts that each printed table shows; ``models`` are dbt's, by the tables' ids."""
    from dagster_project.warehouse.graph import Graph

    project = Graph.of(dbt_manifest)
    return {name: project.marts_of(uid) for name, uid in models.items()}


def read(folder: Path) -> Manifest:
    """The manifest of a release or of an export of it.

    :raises ReleaseError: it is gone or damaged.
    """
    content: Manifest = _content(folder / MANIFEST, Manifest.__required_keys__)
    return content


def internal(folder: Path) -> Internal:
    """The manifest of what is not published, of a release or of an export; empty where it has none.

    :raises ReleaseError: it is damaged.
    """
    path = folder / _INTERN / MANIFEST
    if not path.is_file():
        return {"utgava": "", "tabeller": {}, "filer": {}}
    content: Internal = _content(path, Internal.__required_keys__)
    return content


def _content(path: Path, required: frozenset[str]) -> Any:
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        lacking = sorted(required - content.keys())
    except (OSError, ValueError, AttributeError) as error:
        raise ReleaseError(f"{path} cannot be read ({_line(error)}): {_ADVICE}") from None
    if lacking:
        raise ReleaseError(f"{path} does not say {', '.join(lacking)}: {_ADVICE}")
    return content


_ADVICE = "put it back from an export or a backup, or build again to have a new release"


def _line(error: Exception) -> str:
    return f"{type(error).__name__}: {error}".splitlines()[0]


def _listed(rows: Iterable[Mapping[str, Any]]) -> list[Delivery]:
    return sorted(map(_delivery, rows), key=lambda row: row["leverans_id"])


def _delivery(row: Mapping[str, Any]) -> Delivery:
    said: Delivery = {
        "leverans_id": str(row["leverans_id"]),
        "kalla": str(row["kalla"]),
        "avsandare": str(row["avsandare"]),
        "sha256": str(row["sha256"]),
        "mottagen": _time(row["mottagen"]).isoformat(),
        "status": str(row["status"]),
    }
    if row.get("pahittad"):
        said["pahittad"] = True
    if row.get("andrahand"):
        said["andrahand"] = True
    return said


def _time(value: datetime | str) -> datetime:
    return value if isinstance(value, datetime) else datetime.fromisoformat(value)
