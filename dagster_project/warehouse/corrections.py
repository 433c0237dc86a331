"""Corrections of delivered values, decided by the agency: data in ``seeds/corrections/``, described in its README.

dbt applies them in staging and judges them in ``mart.rattelser``. One that does not fit its source any more stops the source.
"""

from __future__ import annotations

import csv
import json
from datetime import date
from pathlib import Path
from typing import Annotated, Any

import duckdb
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints, ValidationError

from dagster_project import sql
from dagster_project.errors import UserError
from dagster_project.settings import SEEDS
from dagster_project.warehouse import project
from dagster_project.warehouse.graph import Graph

FOLDER = SEEDS / "corrections"
#: The mart that lists the corrections and what became of each.
MART = "rattelser"

_WHY = {
    "lakt": "källan har inte längre värdet {levererat}",
    "traffar_inget": "ingen levererad rad har nyckeln {nyckel}",
    "utgangen": "den gällde till och med rapportåret {galler_till}",
}

Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]
Name = Annotated[str, StringConstraints(pattern=r"^_?[a-z][a-z0-9_]*$")]
Blank = Annotated[str | None, BeforeValidator(lambda value: value or None)]


def _key(text: object) -> object:
    return dict(part.split("=", 1) for part in str(text).split(";")) if text else {}


class Correction(BaseModel):
    """One row of a file; the field names are its columns."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    rattelse_id: Name
    kalla: Name
    tabell: Name
    nyckel: Annotated[dict[Name, Text], BeforeValidator(_key), Field(min_length=1)]
    kolumn: Name
    levererat: Blank
    rattat: Blank
    skal: Text
    beslutad_av: Text
    beslutad: date
    galler_fran: int
    galler_till: int


def load(raw: Path) -> list[Correction]:
    """All corrections, checked against the columns of the raw tables in ``raw``.

    :raises UserError: a row that cannot be a correction; the message names file, line and fault.
    """
    found: dict[str, Correction] = {}
    read: set[tuple[str, str]] = set()
    for path in sorted(FOLDER.glob("*.csv")):
        with path.open(encoding="utf-8", newline="") as stream:
            for line, row in enumerate(csv.DictReader(stream), start=2):
                place = f"seeds/corrections/{path.name} line {line}"
                try:
                    correction = Correction.model_validate(row)
                except (ValidationError, ValueError) as error:
                    raise UserError(f"{place}: {_told(error)}") from None
                table = f"{correction.kalla}/{correction.tabell}"
                if correction.rattelse_id in found:
                    raise UserError(f"{place}: rattelse_id {correction.rattelse_id} is used twice")
                if unknown := {correction.kolumn, *correction.nyckel} - _columns(raw, correction):
                    raise UserError(f"{place}: raw table {table} has no column {', '.join(sorted(unknown))}")
                read = read or _read()
                if (correction.kalla, correction.tabell) not in read:
                    raise UserError(
                        f"{place}: no model reads raw table {table}, a correction of it would change nothing"
                    )
                found[correction.rattelse_id] = correction
    return list(found.values())


def variable(raw: Path) -> str:
    """The corrections as dbt's variable ``rattelser``."""
    return json.dumps([correction.model_dump(mode="json") for correction in load(raw)], ensure_ascii=False)


def stopped(build_db: Path) -> dict[tuple[str, str], str]:
    """The raw tables (source, table) with a correction that does not fit any more, with the reason in Swedish."""
    with duckdb.connect(str(build_db), read_only=True) as con:
        answer = con.execute(f"select * from mart.{MART} where utfall <> 'tillampad' order by rattelse_id desc")
        names = [column[0] for column in answer.description or ()]
        rows: list[dict[str, Any]] = [dict(zip(names, row, strict=True)) for row in answer.fetchall()]
    return {
        (row["kalla"], row["tabell"]): f"Rättelsen {row['rattelse_id']} gäller inte: "
        f"{_WHY[row['utfall']].format(**row)}. Ta bort eller ändra den."
        for row in rows
    }


def held(manifest: Graph, build_db: Path) -> dict[str, str]:
    """The marts that rest on such a table, with the reason. The list of corrections itself is shown."""
    return {
        mart: reason
        for table, reason in stopped(build_db).items()
        for mart in manifest.marts_on(*table)
        if mart != MART
    }


def _read() -> set[tuple[str, str]]:
    """The raw tables (source, table) that some model reads."""
    graph = Graph.of(project.parsed() / "manifest.json")
    read = {parent for node in graph.nodes.values() for parent in node.get("depends_on", {}).get("nodes", [])}
    return {(s["source_name"], s["name"]) for uid, s in graph.data["sources"].items() if uid in read}


def _columns(raw: Path, correction: Correction) -> set[str]:
    empty = next((raw / correction.kalla / correction.tabell).glob("period=schema/*.parquet"), None)
    if empty is None:
        return set()
    with duckdb.connect() as con:
        return {name for name, *_ in con.execute(f"describe from read_parquet({sql.path(empty)})").fetchall()}


def _told(error: ValueError) -> str:
    if isinstance(error, ValidationError):
        first = error.errors()[0]
        return f"{first['loc'][0]}: {first['msg']}"
    return str(error)
