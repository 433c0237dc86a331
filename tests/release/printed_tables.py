"""The printed tables' models as dbt compiles them for a year, without dbt: nodes for a manifest, over a database named 2020."""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any
from unittest.mock import patch

import duckdb
import jinja2
import yaml

from dagster_project import rapporter
from dagster_project.release import catalogue, database, manifest, tables
from dagster_project.release.releases import Release
from dagster_project.release.tables import PublishedTable
from dagster_project.warehouse.graph import OF, Graph

DBT = Path(__file__).resolve().parents[2] / "dbt"
FOLDER = DBT / "models" / "tabeller"


def described(folder: Path) -> dict[str, dict[str, Any]]:
    """What the yml files of a folder say of its models."""
    files = [
        yaml.load(path.read_text(encoding="utf-8"), yaml.CSafeLoader) for path in sorted(folder.rglob("_*__models.yml"))
    ]
    return {model["name"]: model for file in files for model in file["models"]}


def _node(name: str, schema: str, alias: str, columns: Iterable[Any], **more: Any) -> dict[str, Any]:
    known = {c["name"]: {"description": "", "config": {}, **c} for c in columns}
    return {
        "resource_type": "model",
        "database": "2020",
        "schema": schema,
        "name": name,
        "alias": alias,
        "description": "",
        "config": {"schema": schema},
        "columns": known,
        "depends_on": {"nodes": []},
        **more,
    }


@cache
def nodes(year: int) -> dict[str, dict[str, Any]]:
    """Of every mart what its name is; of every printed table its columns, its lineage and its SQL for ``year``."""
    marts = {path.stem for path in (DBT / "models" / "marts").rglob("*.sql")}
    macros = "".join(
        (DBT / "macros" / f"{name}.sql").read_text(encoding="utf-8")
        for name in ("tabeller", "tabelltext", "kvantifierare", "giltighet", "underlag", "utsagor")
    )
    found = {f"model.uppfoljning.{mart}": _node(mart, "mart", mart, []) for mart in marts}
    report = rapporter.of(year)
    for name, about in described(FOLDER).items():
        alias = name.removeprefix("tab_")
        if OF in alias and not alias.startswith(f"{report.id}{OF}"):
            continue  # another report's own
        refs: list[str] = []

        def ref(model: str, refs: list[str] = refs) -> str:
            refs.append(f"model.uppfoljning.{model}")
            return f'"2020"."{"mart" if model in marts else "referens"}"."{model}"'

        [path] = FOLDER.rglob(f"{name}.sql")
        template = jinja2.Environment().from_string(macros + path.read_text(encoding="utf-8"))
        compiled = template.render(ref=ref, var=report.variables.__getitem__)
        found[f"model.uppfoljning.{name}"] = _node(
            name,
            "tabell",
            alias,
            about["columns"],
            config={"schema": "tabell", "meta": about["config"]["meta"]},
            depends_on={"nodes": list(dict.fromkeys(refs))},
            compiled_code=compiled,
        )
    return found


def models_of(manifest: Path, year: int) -> dict[str, str]:
    """The models of the tables of a year's edition, by the tables' ids."""
    return catalogue.models(catalogue.load(year), Graph(manifest).printable(rapporter.of(year).id))


@contextmanager
def frozen(build_db: Path, *ids: str, year: int = 2020) -> Iterator[tuple[duckdb.DuckDBPyConnection, tables.Standing]]:
    """The database of a release made of a build's own, and how its tables (those with these ids, or all) stand when nothing is held."""
    with tempfile.TemporaryDirectory() as folder:
        copy, target, described = (Path(folder) / name for name in ("2020.duckdb", "utgava.duckdb", "manifest.json"))
        shutil.copyfile(build_db, copy)
        described.write_text(json.dumps({"nodes": nodes(year)}), encoding="utf-8")
        database.create(target, copy, {})
        database.complete(
            target,
            described,
            {name: uid for name, uid in models_of(described, year).items() if name in ids or not ids},
            (),
            None,
        )
        with duckdb.connect(str(target), read_only=True) as con:
            yield con, tables.Standing(manifest.behind_tables(described, models_of(described, year)), {})


def published(
    build_db: Path, *ids: str, year: int = 2020, held: Mapping[str, str] | None = None
) -> list[PublishedTable]:
    """The printed tables with these ids, or all, of a build's own database."""
    edition = catalogue.load(year)
    with frozen(build_db, *ids, year=year) as (con, standing):
        standing = tables.Standing(standing.marts, held or {})
        return [tables.build(con, edition, table, standing) for table in edition.tabeller if table.id in ids or not ids]


@contextmanager
def only(*ids: str) -> Iterator[None]:
    """Releases with no other printed tables than these, and their figures."""
    everything = catalogue.load

    def load(year: int) -> catalogue.Catalogue:
        edition = everything(year)
        tables = [table for table in edition.tabeller if table.id in ids]
        figures = [figure for figure in edition.figurer if figure.tabell in ids]
        return edition.model_copy(update={"tabeller": tables, "figurer": figures})

    with patch.object(catalogue, "load", load):
        yield


def csv_of(release: Release, table: str) -> Path:
    """The csv file of a printed table, published or internal."""
    places = (release.path / "csv", release.intern / "csv")
    return next(path for place in places if (path := place / f"{table}.csv").is_file())
