"""What a trace of a release needs, kept when the release is made.

Every release has a folder of its own in ``<home>/harkomst/``, made before the release is published and never changed: hard links
to the raw files the release rests on (raw files are replaced, never written in), the register as it stood, and the SQL that
turned them into the models below the marts. The folder holds delivered rows: it belongs to the house and is never exported.

How a mart or a published table rests on a model below it is said in its own yml, ``meta: {harkomst: [...]}``: ``modell`` (h), ``koppling``
(when a row of h is behind a row of the mart or table, m), ``matt`` (which of its columns this is about; default all), ``kolumn``,
``varde`` and ``rad`` (SQL over h and m: the delivered column, its value and its line; default the traced column, and the line of h). A
model that is itself a mart is followed further. It may be a reference table of the house: what is behind is then a row of that file, with
the document and the place in it (``kallrad``, ``belagg``) that it was taken from, and who entered it (``meta: {inford_av: …}``).
"""

from __future__ import annotations

import json
import os
import re
import shutil
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any

import duckdb

from dagster_project import sql
from dagster_project.release import ReleaseError
from dagster_project.warehouse.graph import Graph

RECIPE = "harkomst.json"
#: Who is meant where a release has another name for those that a made-up row would name as late or missing.
NAMES = Path("raw", "register", "namn.parquet")
#: What stands for the folder of the raw files in the frozen SQL.
RAW = "{raw}"
_RAW_PATH = re.compile(r"'(?:[^']|'')*/raw/(?=(?:[^']|'')*\.parquet')")


@dataclass(frozen=True)
class Link:
    """One ``harkomst`` of a mart."""

    modell: str
    koppling: str
    matt: Sequence[str] = ()
    kolumn: str | None = None
    varde: str | None = None
    rad: str | None = None


def freeze(
    folder: Path, ar: int, raw: Path, dbt_manifest: Path, used: Iterable[str], tables: Mapping[str, str]
) -> None:
    """Keep in ``folder`` what a trace of a release for ``ar`` needs.

    :param used: the deliveries the release rests on.
    :param tables: the models of the published tables, by their ids.
    """
    if folder.exists():  # an interrupted publication's
        shutil.rmtree(folder)
    folder.mkdir(parents=True)
    known = set(used)
    for path in sorted(raw.rglob("*.parquet")):
        if path.stem in known or path.parent.name in ("period=schema", "register"):
            kept = folder / "raw" / path.relative_to(raw)
            kept.parent.mkdir(parents=True, exist_ok=True)
            _link(path, kept)
    manifest = Graph.of(dbt_manifest)
    # What is in schema referens is kept in the release's database, be it a seed or a model.
    models = {
        uid: n
        for uid, n in manifest.nodes.items()
        if n["resource_type"] == "model" and n.get("compiled_code") and n["schema"] != "referens"
    }
    # An incremental model's SQL is that of the last run, not of all its rows: nothing is traced through it.
    kept_sql = {uid: n for uid, n in models.items() if n["config"].get("materialized") != "incremental"}
    recipe = {
        "databas": next((n["database"] for n in models.values()), "bygge"),
        "modeller": {
            n["name"]: {
                "schema": n["schema"],
                "sql": _RAW_PATH.sub(f"'{RAW}/", n["compiled_code"]),
                "ovanfor": [models[u]["name"] for u in n["depends_on"]["nodes"] if u in models],
            }
            for uid, n in kept_sql.items()
            if uid not in manifest.marts and uid not in manifest.tables
        },
        "referens": {
            n["name"]: {
                "tabell": f"{n['schema']}.{sql.identifier(n['alias'])}",
                "fil": _file(n),
                "inford_av": n["config"].get("meta", {}).get("inford_av"),
            }
            for n in manifest.nodes.values()
            if n["resource_type"] in ("seed", "model") and n["schema"] == "referens"
        },
        "marter": {name: links(manifest, uid, ar) for uid, name in manifest.marts.items()},
        "tabeller": {name: links(manifest, uid, ar) for name, uid in tables.items()},
    }
    (folder / RECIPE).write_text(json.dumps(recipe, ensure_ascii=False, indent=1), encoding="utf-8")


def _file(node: dict[str, Any]) -> str:
    """The file that the rows of a reference table stand in; of one with a file for each report, with ``{publikation}`` in its name."""
    files = node["config"].get("meta", {}).get("filer")
    return (
        f"seeds/{files}".replace("*", "{publikation}") if files else str(node["original_file_path"]).removeprefix("../")
    )


def _link(path: Path, kept: Path) -> None:
    try:
        os.link(path, kept)
    except OSError:  # another file system, or one without hard links
        shutil.copyfile(path, kept)


def links(manifest: Graph, uid: str, ar: int) -> list[dict[str, Any]]:
    """What a mart's yml says about where its rows come from, checked, with the reporting year in place of ``{ar}``."""
    said = manifest.nodes[uid]["config"].get("meta", {}).get("harkomst", [])
    known = {field.name for field in fields(Link)}
    for link in said:
        if not {"modell", "koppling"} <= link.keys() <= known:
            raise ReleaseError(f"{uid}: harkomst takes {', '.join(sorted(known))}, not {', '.join(sorted(link))}")
    return [asdict(Link(**link | {"koppling": link["koppling"].replace("{ar}", str(ar))})) for link in said]


def blocks(folder: Path) -> dict[tuple[str, str, str, str], str]:
    """Which delivery counted for each source, respondent, group and period in a release; empty without a register."""
    path = folder / "raw" / "register" / "tackning.parquet"
    if not path.is_file():
        return {}
    with duckdb.connect() as con:
        names = [name for name, *_ in con.execute(f"describe from read_parquet({sql.path(path)})").fetchall()]
        # A release from before groups were a column has both in one text.
        who = (
            "respondent, block"
            if "block" in names
            else "split_part(respondent, ' ', 1), replace(respondent[instr(respondent || ' ', ' ') + 1:], ' ', '/')"
        )
        found = con.execute(
            f"select kalla, {who}, cast(period as varchar), leverans_id from read_parquet({sql.path(path)}) where gallande"
        ).fetchall()
    return {(kalla, respondent, block, period): leverans for kalla, respondent, block, period, leverans in found}
