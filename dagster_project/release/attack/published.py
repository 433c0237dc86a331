"""What one release says about persons, cell by cell, in all its tables: database, csv and page."""

from __future__ import annotations

import csv
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

import duckdb

from dagster_project import sql
from dagster_project.release.attack.declared import Declared, Persons
from dagster_project.release.catalogue import Catalogue, Table
from dagster_project.release.page import words

#: The quantity that every cell about persons has: how many they are.
NAMNARE = "namnare"
RIKET = "00"
HIDDEN, MISSING = "c", "x"
#: Measure, series, time, region.
Node = tuple[str, tuple[str, ...], str, str]


class Key(NamedTuple):
    """Which persons. ``delar`` are their codes in the measure's dimensions; ``enhet`` is empty but for a unit. A time is
    ``2020`` or ``2020-03``.

    ``utgava``: the first of the year's releases (from 0) that rests on the same deliveries about them.
    """

    matt: str
    serie: tuple[str, ...]
    tid: str
    region: str
    enhet: str
    delar: tuple[str, ...]
    utgava: int = 0

    @property
    def spoken(self) -> str:
        """Which persons, in words."""
        place = f"unit {self.enhet}" if self.enhet else "riket" if self.region == RIKET else f"region {self.region}"
        parts = [part for part in self.delar if part not in ("T", "alla")]
        return ", ".join([" ".join(self.serie) or self.matt, self.tid, place, *parts])


class Figure(NamedTuple):
    """A number about the persons of a cell: how many they are, or how many of them have a quality."""

    key: Key
    storhet: str


@dataclass(frozen=True)
class Cell:
    """What one row of one table says: None where it says nothing. Of a share only what it is, in percent."""

    tabell: str
    key: Key
    dold: bool
    antal: Mapping[str, float | None]
    andelar: Mapping[str, float | None] = field(default_factory=dict)


@dataclass(frozen=True)
class Published:
    """One release.

    :param trosklar: fewer persons than this are hidden, by indicator.
    :param underlag: the deliveries behind a node (measure, series, time, region), as far as the release tells.
    """

    cells: Sequence[Cell]
    trosklar: Mapping[str, int]
    underlag: Mapping[Node, frozenset[str]] = field(default_factory=dict)


def read(declared: Declared, database: Path, edition: Catalogue) -> Published:
    """A release folder, by its database and the csv files and the page beside it."""
    with duckdb.connect(str(database), read_only=True) as con:
        sql.one_thread(con)
        return of_database(declared, con, lambda name: _printed(con, name, database.parent, edition))


def of_database(
    declared: Declared,
    con: duckdb.DuckDBPyConnection,
    printed: Callable[[str], Iterable[tuple[str, str]]] | None = None,
) -> Published:
    """What the tables of a database say.

    :param printed: of a printed table, where else its rows are: relations, with what to call them.
    """
    found = con.execute(
        "select schema_name, table_name from duckdb_tables() union all select schema_name, view_name from duckdb_views()"
    )
    known = {f"{schema}.{table}" for schema, table in found.fetchall()}
    cells: list[Cell] = []
    behind: defaultdict[Node, set[str]] = defaultdict(set)
    for name, tables in declared.personer.items():
        if name not in known or con.execute(f"select 1 from {name} limit 1").fetchone() is None:
            continue  # it says nothing, and what it is declared by may be missing with it
        for table in tables:
            cells += _cells(con, declared, table, (name, name), behind)
        for beside in printed(name) if printed else ():
            for table in tables:
                cells += _cells(con, declared, table, beside, behind, besides=name)
    for matt in {cell.key.matt for cell in cells} if "mart.leveransstatus" in known else ():
        rows = con.execute(
            "select cast(period as varchar), respondent_kod, leverans_id from mart.leveransstatus"
            " where kalla = ? and respondent_typ = 'region' and leverans_id is not null",
            [declared.matt[matt].kalla],
        )
        for period, region, leverans in rows.fetchall():
            behind[matt, (), _time(period), region].add(leverans)
    catalogue = "select id, troskel_sekretess from referens.indikatorer where troskel_sekretess is not null"
    limits = con.execute(catalogue).fetchall() if "referens.indikatorer" in known else []
    return Published(cells, dict(limits), {node: frozenset(ids) for node, ids in behind.items()})


def _printed(con: duckdb.DuckDBPyConnection, name: str, folder: Path, edition: Catalogue) -> Iterator[tuple[str, str]]:
    """A printed table as csv and as page, under names that SQL can read."""
    schema, short = name.split(".")
    written, kept = folder / "csv" / f"{short}.csv", folder / "parquet" / f"{short}.parquet"
    if schema == "mart" and kept.exists():
        con.execute(f"create temp view {sql.identifier(f'{short}_parquet')} as from read_parquet({sql.literal(kept)})")
        yield f"temp.{sql.identifier(f'{short}_parquet')}", f"{name} (parquet)"
    if schema == "mart" or not written.exists():
        return
    read = {"csv": _read_csv(written), "page": _read_page(folder, short, written, edition)}
    if (swedish := folder / "csv_excel" / f"{short}.csv").exists():
        read["csv for Excel"] = _read_csv_for_excel(swedish)
    for where, rows in read.items():
        copy = f"temp.{sql.identifier(f'{short}_{where}')}"
        con.execute(f"create temp table {sql.identifier(f'{short}_{where}')} as from {name} limit 0")
        if rows:
            kinds = dict(con.execute(f"select column_name, column_type from (describe {copy})").fetchall())
            columns = [column for column in rows[0] if column in kinds]
            casts = ", ".join(f"cast(nullif(unnest(?), '') as {kinds[c]})" for c in columns)
            con.execute(  # in one: row by row it would cost more than all else that is read
                f"insert into {copy} ({', '.join(map(sql.identifier, columns))}) select {casts}",
                [[row[column] for row in rows] for column in columns],
            )
        yield copy, f"{name} ({where})"


def _read_csv(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def _read_csv_for_excel(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as stream:
        rows = list(csv.DictReader(stream, delimiter=";"))
    return [{name: _with_point(cell) for name, cell in row.items()} for row in rows]


def _with_point(cell: str) -> str:
    pointed = cell.replace(",", ".")
    return pointed if _number(pointed) is not None else cell


def _read_page(folder: Path, table: str, written: Path, edition: Catalogue) -> list[dict[str, str]]:
    """The csv's rows, with each number that the page shows where the csv has none; what both show, the page shows rounded."""
    page, spec = folder / "index.html", next((t for t in edition.tabeller if t.id == table), None)
    if spec is None or spec.pivot or not page.exists():
        return []
    found = parsed(page).xpath(f"//div[@data-tabell='{table}']//table")
    if not found:
        return []
    rows = _read_csv(written)
    cells = [row.xpath("./th|./td") for row in found[0].xpath(".//tbody/tr")]
    for row, name, cell in _places(table, spec, rows, found[0], cells):
        if row[name] == "" and (number := _number(cell.text_content())) is not None:
            row[name] = number
    return rows


def _places(
    table: str, spec: Table, rows: list[dict[str, str]], shown: Any, cells: list[list[Any]]
) -> Iterator[tuple[dict[str, str], str, Any]]:
    """Each cell of the page with the row and the column of the csv that it shows: of a table with a column per period by both."""
    spread = words.shared().section(table).spalter
    if spread is None:
        headings = {column.heading: column.kolumn for column in spec.kolumner if column.rubrik}
        texts = [
            " ".join(th.text_content().replace("\N{SOFT HYPHEN}", "").split()) for th in shown.xpath(".//thead//th")
        ]
        names = [headings.get(text.split(" [")[0]) for text in texts]
        for row, line in zip(rows, cells, strict=False):
            yield from ((row, name, cell) for name, cell in zip(names, line, strict=True) if name in row)
        return
    values = sorted({row[spread.kolumn] for row in rows}, key=lambda value: (len(value), value))
    heads = list(dict.fromkeys(tuple(row[name] for name in spread.rad) for row in rows))
    of = {(tuple(row[name] for name in spread.rad), row[spread.kolumn]): row for row in rows}
    for head, line in zip(heads, cells, strict=False):
        for value, cell in zip(values, line[len(spread.rad) :], strict=True):
            if (head, value) in of:
                yield of[head, value], spread.matt, cell


@lru_cache(maxsize=1)
def parsed(page: Path) -> Any:
    """The page of a release."""
    from lxml import html

    return html.parse(str(page))


def _number(text: str) -> str | None:
    """A number as the page shows it, as SQL reads it; None where something else stands."""
    plain = re.sub(r"\[[^]]*\]|\s", "", text).replace(",", ".").replace("\N{MINUS SIGN}", "-")
    return plain if re.fullmatch(r"-?\d+(\.\d+)?", plain) else None


def _cells(
    con: duckdb.DuckDBPyConnection,
    declared: Declared,
    table: Persons,
    said: tuple[str, str],
    behind: defaultdict[Node, set[str]],
    besides: str | None = None,
) -> Iterator[Cell]:
    """The rows of a relation as cells; what it says of the deliveries behind them is added to ``behind``.

    :param said: the relation, and what to call it.
    :param besides: another relation, whose rows are known: only what is said besides them.
    """
    relation, where = said
    measure = declared.matt[table.matt]
    delar = [
        table.delar.get(name) or sql.literal(table.fasta.get(name, dimension.hela))
        for name, dimension in measure.dimensioner.items()
    ]
    place = [*table.plats, *[sql.literal(""), sql.literal("")][len(table.plats) :]]
    band = table.band or sql.literal("")
    keys = [*table.serie, table.tid or sql.literal(""), *place, *delar, band]
    counts = {NAMNARE: table.namnare, **table.taljare}
    columns = {row[0] for row in con.execute(f"describe {relation}").fetchall()}
    counts = {name: column for name, column in counts.items() if column in columns}
    shares = {name: column for name, column in table.andel.items() if column in columns}
    values = [*counts.values(), *shares.values()]
    status = (
        f"case when {table.dold} then '{HIDDEN}' when varde_status = '{MISSING}' then varde_status end"
        if "varde_status" in columns
        else "null"
    )
    delivery = table.leverans or "null"
    selected = ", ".join(
        [
            *(f"coalesce(cast({key} as varchar), '')" for key in keys),
            *(f"cast({value} as double)" for value in values),
            status,
            delivery,
        ]
    )
    asked = [f"select {selected} from {place} as t where {table.urval}" for place in (relation, besides) if place]
    rows = con.execute(" except ".join(asked)).fetchall()
    first, last = len(table.serie), len(keys) - 1
    for row in rows:
        tid, region, enhet = row[first : first + 3]
        key = Key(table.matt, row[:first], _time(tid), region or RIKET, enhet, row[first + 3 : last])
        numbers, mark = row[len(keys) : -2], row[-2]
        suffix = f"_{row[last]}" if table.band else ""
        names = [name if name == NAMNARE else name + suffix for name in (*counts, *shares)]
        pairs = list(zip(names, numbers, strict=True))
        if row[-1] is not None:
            behind[key[:4]].add(row[-1])
        if mark != MISSING:
            yield Cell(where, key, mark == HIDDEN, dict(pairs[: len(counts)]), dict(pairs[len(counts) :]))


def _time(text: str) -> str:
    """A year, or the month of a first day."""
    return text[:7] if len(text) > 4 else text
