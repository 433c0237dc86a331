"""The records of a report: of each of its chapters the tables, its own or shared with other reports, and what is made of them.

A report's own records are in its folder, what reports share in ``gemensamt.yml`` beside the folders. A chapter of ``rapport.yml`` is the
id of a shared one, or says its ``id`` and what is its own: ``titel``, ``tabeller``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import yaml

from dagster_project.rapporter import Rapport
from dagster_project.release import ReleaseError
from dagster_project.settings import read_yaml

#: What the reports share, and in a report's folder what is its own.
SHARED, OWN = "gemensamt.yml", "tabeller.yml"


class Chapter(NamedTuple):
    """A chapter of a report: its title and the ids of its tables, in order."""

    titel: str
    tabeller: list[str]


class Records(NamedTuple):
    """All that a report prints, as its files say it, and the file in which a fault is looked for first."""

    data: dict[str, Any]
    file: str


def records(report: Rapport, folder: Path) -> Records:
    """What stands in the chapters of a report of ``folder``.

    :raises ReleaseError: a chapter or a table is not what the files know, or a file is not well written.
    """
    file = f"{report.id}/{OWN}" if report.id else SHARED
    shared, own = _yaml(folder / SHARED), _yaml(folder / report.id / OWN) if report.id else {}
    try:
        chapters = {_id(said): _chapter(said, shared["kapitel"]) for said in report.kapitel}
        tables = _with_notes(_tables(chapters, own.get("tabeller", []), shared["tabeller"]), own.get("noter", {}))
    except ValueError as error:
        raise ReleaseError(f"{file}: {error}") from error
    printed = {table["id"] for table in tables}
    return Records(
        {
            "markeringar": shared["markeringar"],
            "avrundningsregler": shared["avrundningsregler"],
            "kapitel": {name: chapter.titel for name, chapter in chapters.items()},
            "tabeller": tables,
            "figurer": [
                *own.get("figurer", []),
                *(record for record in shared["figurer"] if record["tabell"] in printed),
            ],
        },
        file,
    )


def _yaml(path: Path) -> dict[str, Any]:
    try:
        return dict(read_yaml(path))
    except yaml.YAMLError as error:
        raise ReleaseError(f"{path.name}: not YAML: {' '.join(str(error).split())}") from error


def _id(said: str | Mapping[str, Any]) -> str:
    return said if isinstance(said, str) else str(said["id"])


def _chapter(said: str | Mapping[str, Any], shared: Mapping[str, Mapping[str, Any]]) -> Chapter:
    """A chapter that a report names, or of which it says what is its own."""
    whole = {**shared.get(_id(said), {}), **({} if isinstance(said, str) else said)}
    if lacking := sorted(set(Chapter._fields) - whole.keys()):
        raise ValueError(f"kapitel {_id(said)}: {', '.join(lacking)} is said neither in the report nor in {SHARED}")
    return Chapter(whole["titel"], whole["tabeller"])


def _with_notes(tables: Sequence[dict[str, Any]], notes: Mapping[str, Sequence[Any]]) -> list[dict[str, Any]]:
    """The tables with what the report alone says of those that it shares with others."""
    if unknown := sorted(notes.keys() - {table["id"] for table in tables}):
        raise ValueError(f"noter names {', '.join(unknown)}, which no chapter of the report prints")
    return [
        {**table, "noter": [*table.get("noter", []), *notes[table["id"]]]} if table["id"] in notes else table
        for table in tables
    ]


def _tables(
    chapters: Mapping[str, Chapter], own: Sequence[Mapping[str, Any]], shared: Sequence[Mapping[str, Any]]
) -> list[dict[str, Any]]:
    """The records of the tables of all chapters, in order. An id is the report's own table, or else one that reports share."""
    ids = [record["id"] for record in own]
    if repeated := sorted({name for name in ids if ids.count(name) > 1}):
        raise ValueError(f"two tables have the id {', '.join(repeated)}")
    common = {record["id"]: record for record in shared}
    mine = {record["id"]: record for record in own}
    if twice := sorted(mine.keys() & common.keys()):
        raise ValueError(f"{', '.join(twice)} is a table of its own and in {SHARED}: keep one")
    found = []
    for name, chapter in chapters.items():
        for table in chapter.tabeller:
            if table not in mine and table not in common:
                raise ValueError(f"kapitel {name}: tabell {table} is neither the report's own nor in {SHARED}")
            found.append({**(mine.get(table) or common[table]), "kapitel": name})
    if unprinted := sorted(mine.keys() - {record["id"] for record in found}):
        raise ValueError(f"{', '.join(unprinted)} stands in no chapter of the report")
    return found
