"""The tables as cubes for statistical databases: PX (PC-Axis, for PxWeb) and JSON-stat 2.0, side by side and with the same cells.

A table becomes a cube where every column of its key has a heading and its rows fill at least half of it. The measures are a dimension of
their own. A cell that has no value says why: in PX by a symbol, in JSON-stat by its status.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import product
from math import prod
from pathlib import Path
from typing import Any

import pandas as pd

from dagster_project.release.catalogue import Catalogue
from dagster_project.release.database import MADE_UP, MARK
from dagster_project.release.tables import STATUS, PublishedTable, remarks
from dagster_project.release.workbook import AUTHOR, Cover

PX, JSONSTAT = "px", "jsonstat"
MEASURE = "Mått"
#: The symbols of PX for a cell without a value, by its status.
SYMBOLS = {"z": ".", "x": "..", "c": "..."}
#: A cube may be this many times larger than what stands in it.
_SPARSE = 2


@dataclass(frozen=True)
class Dimension:
    """A dimension: its heading, and its values with their labels, in the table's order."""

    rubrik: str
    varden: dict[str, str]


@dataclass(frozen=True)
class Cube:
    """The cells of a table, by the values of its dimensions (the measures last): a number, or the status that says why there is none."""

    table: PublishedTable
    dimensioner: list[Dimension]
    celler: Mapping[tuple[str, ...], float | int | str]

    def of(self, values: Sequence[str]) -> float | int | str:
        return self.celler.get(tuple(values), "z")

    @property
    def places(self) -> Iterable[tuple[str, ...]]:
        """All places of the cube, the last dimension fastest."""
        return product(*(dimension.varden for dimension in self.dimensioner))


def write(folder: Path, cover: Cover, edition: Catalogue, tables: Iterable[PublishedTable]) -> None:
    """Write ``px/<table>.px`` and ``jsonstat/<table>.json`` of every table that is a cube."""
    for place in (PX, JSONSTAT):
        (folder / place).mkdir()
    for table in tables:
        if cube := of(table):
            told = remarks(edition, table)
            (folder / PX / f"{table.spec.id}.px").write_text(_px(cube, cover, told), encoding="utf-8")
            text = json.dumps(_jsonstat(cube, cover, told), ensure_ascii=False, indent=1)
            (folder / JSONSTAT / f"{table.spec.id}.json").write_text(text + "\n", encoding="utf-8")


def of(table: PublishedTable) -> Cube | None:
    """The table as a cube; None where it is none."""
    rows = table.tidy.to_dict("records")
    numbers = [
        c for c in table.spec.kolumner if c.rubrik and c.kolumn not in table.spec.nyckel and _numbers(rows, c.kolumn)
    ]
    keys = [_dimension(table, rows, name) for name in table.spec.nyckel]
    if not rows or not numbers or any(key is None for key in keys):
        return None
    dimensions = [key for key in keys if key is not None and len(key.varden) > 1]
    kept = [name for name, key in zip(table.spec.nyckel, keys, strict=True) if key is not None and len(key.varden) > 1]
    if not dimensions or prod(len(d.varden) for d in dimensions) > _SPARSE * len(rows):
        return None
    mixed = len({bool(row[MADE_UP]) for row in rows}) == 2  # otherwise the title says it
    told = {MADE_UP: f"{MARK} (1: ja, 0: nej)"} if mixed else {}
    measures = Dimension(MEASURE, {column.kolumn: column.heading for column in numbers} | told)
    cells: dict[tuple[str, ...], float | int | str] = {}
    for row in rows:
        for column in numbers:
            value = row[column.kolumn]
            status = row[STATUS] if row[STATUS] in SYMBOLS else column.tomt
            cells[(*(_code(row[name]) for name in kept), column.kolumn)] = status if pd.isna(value) else value
        if mixed:
            cells[(*(_code(row[name]) for name in kept), MADE_UP)] = int(row[MADE_UP])
    return Cube(table, [*dimensions, measures], cells)


def _numbers(rows: Iterable[Mapping[str, Any]], column: str) -> bool:
    values = [row[column] for row in rows if not pd.isna(row[column])]
    return bool(values) and all(isinstance(value, int | float) and not isinstance(value, bool) for value in values)


def _dimension(table: PublishedTable, rows: Sequence[Mapping[str, Any]], name: str) -> Dimension | None:
    """A column of the key, with its own labels or with those of the column that stands for it in print."""
    column = table.spec.column(name)
    codes = dict.fromkeys(_code(row[name]) for row in rows)
    if column.rubrik:
        labels = column.etiketter or {}
        return Dimension(column.rubrik, {code: labels.get(code, code) for code in codes})
    for other in table.spec.kolumner:
        if other.rubrik and other.kolumn not in table.spec.nyckel:
            pairs = {(_code(row[name]), row[other.kolumn]) for row in rows}
            one_to_one = len(pairs) == len(codes) == len({text for _, text in pairs})
            if one_to_one and all(isinstance(text, str) for _, text in pairs):
                found = {code: str(text) for code, text in pairs}
                return Dimension(other.rubrik, {code: found[code] for code in codes})
    return (
        Dimension(name, {code: code for code in codes}) if len(codes) == 1 else None
    )  # of one value: no dimension of the cube


def _code(value: Any) -> str:
    return f"{value:%Y-%m}" if isinstance(value, date) else str(value)


def _px(cube: Cube, cover: Cover, told: Sequence[str]) -> str:
    """The keywords that PxWeb asks for, and the cells in the order of the stub and the heading."""
    spec, (*stub, heading) = cube.table.spec, cube.dimensioner
    lines = [
        ("CHARSET", '"ANSI"'),
        ("AXIS-VERSION", '"2013"'),
        ("CODEPAGE", '"utf-8"'),
        ("LANGUAGE", '"sv"'),
        ("CREATION-DATE", f'"{cover.when:%Y%m%d %H:%M}"'),
        ("DECIMALS", "6"),
        ("SHOWDECIMALS", "1"),
        ("MATRIX", _quoted(spec.id)),
        ("SUBJECT-CODE", '"HS"'),
        ("SUBJECT-AREA", '"Hälso- och sjukvård"'),
        ("TITLE", _quoted(f"{spec.heading} efter {', '.join(d.rubrik for d in cube.dimensioner)}")),
        ("CONTENTS", _quoted(spec.titel)),
        ("UNITS", '"enligt måttet"'),
        ("STUB", ",".join(_quoted(d.rubrik) for d in stub)),
        ("HEADING", _quoted(heading.rubrik)),
        *((f"VALUES({_quoted(d.rubrik)})", ",".join(map(_quoted, d.varden.values()))) for d in cube.dimensioner),
        *((f"CODES({_quoted(d.rubrik)})", ",".join(map(_quoted, d.varden))) for d in cube.dimensioner),
        ("LAST-UPDATED", f'"{cover.when:%Y%m%d %H:%M}"'),
        ("SOURCE", _quoted(spec.kalla)),
        ("INFO", _quoted(f"{cover.title}. Utgåva {cover.utgava}. {AUTHOR}.")),
        *([("NOTEX", _quoted("#".join(told)))] if told else []),
        ("DATASYMBOL1", '"."'),
        ("DATASYMBOL2", '".."'),
        ("DATASYMBOL3", '"..."'),
    ]
    width = len(heading.varden)
    cells = [_px_cell(cube.of(place)) for place in cube.places]
    rows = (" ".join(cells[n : n + width]) for n in range(0, len(cells), width))
    return "".join(f"{name}={value};\n" for name, value in lines) + "DATA=\n" + "\n".join(rows) + ";\n"


def _px_cell(value: float | int | str) -> str:
    return (
        f'"{SYMBOLS[value]}"' if isinstance(value, str) else f"{value:.10g}" if isinstance(value, float) else str(value)
    )


def _quoted(text: str) -> str:
    return '"' + " ".join(text.split()).replace('"', "'") + '"'


def _jsonstat(cube: Cube, cover: Cover, told: Sequence[str]) -> dict[str, Any]:
    spec = cube.table.spec
    names = [f"d{number}" for number in range(1, len(cube.dimensioner))] + ["matt"]
    cells = [cube.of(place) for place in cube.places]
    units = {
        column.kolumn: {"decimals": column.decimaler or 0, "label": column.enhet}
        for column in spec.kolumner
        if column.enhet and column.kolumn in cube.dimensioner[-1].varden
    }
    dimensions = {
        name: {"label": d.rubrik, "category": {"index": list(d.varden), "label": dict(d.varden)}}
        for name, d in zip(names, cube.dimensioner, strict=True)
    }
    dimensions["matt"]["category"]["unit"] = units  # type: ignore[index]
    return {
        "version": "2.0",
        "class": "dataset",
        "label": spec.heading,
        "source": spec.kalla,
        "updated": cover.when.date().isoformat(),
        "note": list(told),
        "id": names,
        "size": [len(d.varden) for d in cube.dimensioner],
        "role": {"metric": ["matt"]},
        "dimension": dimensions,
        "value": [None if isinstance(cell, str) else cell for cell in cells],
        "status": {str(n): cell for n, cell in enumerate(cells) if isinstance(cell, str)},
    }
