"""What differs between two releases, cell by cell, and why; and the revisions that a new release tells its readers about.

Rows are paired by the mart's key (``nyckel`` of its test in dbt), and compared in all columns but those that name the delivery.
A mart without a key in both releases is compared as whole rows: how many there are of each, in the column :data:`ROWS`. Such
rows are not listed as revisions.
The mark ``r`` is set at publication, in the new release only, on rows where a figure that the year's last release showed has
another value now. Any other status a row has stands before it: a value that is missing, protected or preliminary is that first.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
from dataclasses import astuple, dataclass, field, replace
from pathlib import Path
from typing import Any

import duckdb

from dagster_project import sql
from dagster_project.release import recipe
from dagster_project.release.database import REVISIONS
from dagster_project.release.manifest import About
from dagster_project.release.releases import Release
from dagster_project.settings import Home

REVISED, HIDDEN = "r", "c"
STATUS = "varde_status"
#: The mart that lists the corrections.
CORRECTIONS = "rattelser"
#: Columns that say which delivery a row is from, not what it says.
PROVENANCE = ("leverans_id", "mottagen")
#: What is compared of a mart without a key: the number of equal rows.
ROWS = "lika_rader"


#: By source, the deliveries that took the place of others: before, after.
Moved = Mapping[str, Set[tuple[str | None, str | None]]]


@dataclass(frozen=True)
class Side:
    """One of two releases, its database attached as ``db``."""

    db: str
    utgava: str
    kodversion: str
    leveranser: Mapping[str, Mapping[str, Any]]
    hallna: Mapping[str, str]
    block: Mapping[tuple[str, str, str, str], str]


@dataclass(frozen=True)
class Change:
    """One cell; ``nyckel`` None where all rows of a mart or a column are meant, ``kolumn`` None where the mart is."""

    mart: str
    nyckel: str | None
    kolumn: str | None
    typ: str
    fore: str | None
    efter: str | None
    orsak: str
    fanns: bool = field(default=True, repr=False)  # the row was there before

    def row(self) -> tuple[Any, ...]:
        """The change as a row under :data:`COLUMNS`."""
        return astuple(self)[:-1]


COLUMNS = ("mart", "nyckel", "kolumn", "typ", "fore", "efter", "orsak")
ADDED, REMOVED, CHANGED, KEPT = "tillkommen", "borttagen", "andrad", "behallen"
#: A mart that dbt's manifest does not speak of.
_UNKNOWN: About = {"nyckel": [], "kallor": []}


def side(db: str, home: Home, release: Release) -> Side:
    """A frozen release, from its manifest and its lineage."""
    said, blocks = release.manifest, recipe.blocks(home.harkomst / release.id)
    deliveries = {row["leverans_id"]: row for row in said["leveranser"]}
    return Side(db, release.id, said["kodversion"], deliveries, said["hallna_marter"], blocks)


def between(home: Home, old: Release, new: Release) -> tuple[list[Change], list[str]]:
    """Every cell that differs between two releases with the cause, and the marts that were compared as whole rows.

    Of the releases of two years only what both have is compared (:func:`apart` says how much only one has).
    """
    before, after = side("fore", home, old), side("efter", home, new)
    marts: dict[str, About] = {
        name.removeprefix("mart."): {"nyckel": about["nyckel"], "kallor": about["kallor"]}
        for name, about in new.tables.items()
        if "nyckel" in about
    }
    with duckdb.connect() as con:
        for each, release in ((before, old), (after, new)):
            con.execute(f"attach {sql.literal(release.house)} as {each.db} (read_only)")
        shapes = _shapes(con, before.db), _shapes(con, after.db)
        by_rows = [
            mart
            for mart in sorted((shapes[0].keys() & shapes[1].keys()) - {REVISIONS})
            if not _key_of(mart, marts, shapes[0][mart], shapes[1][mart])
        ]
        contents = ({name: table["sha256"] for name, table in r.tables.items()} for r in (old, new))
        equal = {name.removeprefix("mart.") for name, _ in set.intersection(*(set(each.items()) for each in contents))}
        return compare(con, before, after, marts, equal, shared=old.ar != new.ar), by_rows


def apart(old: Release, new: Release) -> list[tuple[str, int, int]]:
    """Of two years' releases, the marts with rows that only one of them has: how many rows of the earlier and of the later."""
    found = []
    with duckdb.connect() as con:
        for db, release in (("fore", old), ("efter", new)):
            con.execute(f"attach {sql.literal(release.database)} as {db} (read_only)")
        shapes = _shapes(con, "fore"), _shapes(con, "efter")
        marts = {name.removeprefix("mart."): about for name, about in new.manifest["tabeller"].items()}
        for mart in sorted((shapes[0].keys() & shapes[1].keys()) - {REVISIONS}):
            key = [name for name in marts[mart].get("nyckel", []) if name in shapes[0][mart]]
            if not key:
                continue
            keys = [
                f"select {key_text('t', key)} as nyckel from {db}.mart.{sql.identifier(mart)} as t"
                for db in ("fore", "efter")
            ]
            alone = con.execute(
                f"select count(*) filter (where e.nyckel is null), count(*) filter (where f.nyckel is null)"
                f" from ({keys[0]}) as f full join ({keys[1]}) as e on f.nyckel = e.nyckel"
            ).fetchone() or (0, 0)
            if any(alone):
                found.append((mart, *alone))
    return found


def compare(
    con: duckdb.DuckDBPyConnection,
    before: Side,
    after: Side,
    marts: Mapping[str, About],
    equal: Set[str] = frozenset(),
    *,
    shared: bool = False,
) -> list[Change]:
    """Every cell that differs.

    :param marts: the key (``nyckel``) and the sources (``kallor``) of each mart.
    :param equal: marts known to hold the same: they are not read.
    :param shared: only of the rows that both have: the reports of two years are not expected to have the same.
    """
    old, new = (_shapes(con, each.db) for each in (before, after))
    applied = [_applied(con, each.db, shapes) for each, shapes in ((before, old), (after, new))]
    moved = _moved(before, after)
    found = []
    for mart in sorted((old.keys() | new.keys()) - {REVISIONS} - equal):
        about = marts.get(mart, _UNKNOWN)
        sources = about["kallor"]
        other = [f"rättelse {name}" for kalla, name in sorted(applied[0] ^ applied[1]) if kalla in sources]
        other += [f"tabellen hölls kvar i utgåva {each.utgava}" for each in (before, after) if mart in each.hallna]
        if before.kodversion != after.kodversion:
            other.append(f"ändrad kod eller referensdata ({before.kodversion} → {after.kodversion})")
        if shared and (mart not in old or mart not in new or not _key_of(mart, marts, old[mart], new[mart])):
            continue
        if mart not in old or mart not in new:
            why = _cause(before, after, _pairs(moved, sources), other)
            found.append(Change(mart, None, None, ADDED if mart in new else REMOVED, None, None, why, mart in old))
        else:
            key = _key_of(mart, marts, old[mart], new[mart])
            found += _mart(
                con, (before, after), (old[mart], new[mart]), mart, key, moved, sources, other, shared=shared
            )
    return found


def revise(draft: Path, last: Path, before: Side, after: Side, marts: Mapping[str, About]) -> None:
    """Mark in ``draft`` what has another value than in the year's last release, and list it in ``mart.revideringar``."""
    with duckdb.connect() as con:
        sql.one_thread(con)
        con.execute(f"attach {sql.literal(draft)} as {after.db}")
        con.execute(f"attach {sql.literal(last)} as {before.db} (read_only)")
        new = _shapes(con, after.db)
        with_status = [mart for mart, columns in new.items() if STATUS in columns]
        con.execute("begin")
        for mart in with_status:  # a held mart comes with the marks of the release it was taken from
            con.execute(f"update {after.db}.mart.\"{mart}\" set {STATUS} = null where {STATUS} = '{REVISED}'")
        old = _shapes(con, before.db)
        equal = {mart for mart in old if old[mart] == new.get(mart) and _alike(con, before.db, after.db, mart)}
        changes = [c for c in compare(con, before, after, marts, equal) if c.fanns and c.kolumn != ROWS]
        changes = _without_hidden(con, after.db, changes, marts, with_status)
        for mart in with_status:
            keys = {
                c.nyckel for c in changes if c.mart == mart and c.typ == CHANGED and c.kolumn != STATUS and c.nyckel
            }
            if keys:
                con.execute(
                    f"update {after.db}.mart.\"{mart}\" as t set {STATUS} = '{REVISED}' "
                    f"where {STATUS} is null and list_contains(?, {key_text('t', marts[mart]['nyckel'])})",
                    [sorted(keys)],
                )
        if changes and REVISIONS in new:
            rows = [(nr, before.utgava, *change.row()) for nr, change in enumerate(changes, start=1)]
            columns = [list(column) for column in zip(*rows, strict=True)]
            listed = ", ".join("unnest(?)" for _ in columns)  # row by row it would cost more than the comparison
            con.execute(f"insert into {after.db}.mart.{REVISIONS} by position select {listed}", columns)
        con.execute("commit")
        con.execute(f"detach {after.db}")


def _alike(con: duckdb.DuckDBPyConnection, before: str, after: str, mart: str) -> bool:
    """Do both databases have the same rows in the mart, column by column? Asked first: it costs less than to look at every cell."""
    old, new = (f"from {db}.mart.{sql.identifier(mart)}" for db in (before, after))
    asked = f"select (select count(*) {old}) = (select count(*) {new}) and not exists ({new} except all {old})"
    return bool((con.execute(asked).fetchone() or [False])[0])


def tell_kept(draft: Path, last: str, kept: Sequence[str]) -> None:
    """List in ``mart.revideringar`` of ``draft`` the figures that are those of release ``last``, because new ones would tell too much."""
    if not kept:
        return
    why = f"Uppgifterna är de som utgåva {last} visar: tillsammans med dem skulle nya uppgifter röja grupper med för få personer."
    with duckdb.connect(str(draft)) as con:
        if REVISIONS in _shapes(con, con.execute("select current_database()").fetchone()[0]):
            [first] = con.execute(f"select coalesce(max(nr), 0) from mart.{REVISIONS}").fetchone() or [0]
            con.executemany(
                f"insert into mart.{REVISIONS} by position values (?, ?, null, ?, null, ?, null, null, ?)",
                [(first + nr, last, family, KEPT, why) for nr, family in enumerate(kept, start=1)],
            )


def _without_hidden(
    con: duckdb.DuckDBPyConnection,
    db: str,
    changes: Sequence[Change],
    marts: Mapping[str, About],
    with_status: Sequence[str],
) -> list[Change]:
    """The changes without the values of rows that are hidden now: what a figure was tells of what it is."""
    hidden: dict[str, set[str]] = {}
    for mart in with_status:
        if key := marts.get(mart, _UNKNOWN)["nyckel"]:
            rows = con.execute(
                f"select {key_text('t', key)} from {db}.mart.\"{mart}\" as t where {STATUS} = '{HIDDEN}'"
            )
            hidden[mart] = {row[0] for row in rows.fetchall()}
    return [
        replace(c, fore=None, efter=None) if c.kolumn != STATUS and c.nyckel in hidden.get(c.mart, ()) else c
        for c in changes
    ]


def _mart(
    con: duckdb.DuckDBPyConnection,
    sides: tuple[Side, Side],
    shapes: tuple[Mapping[str, str], Mapping[str, str]],
    mart: str,
    key: Sequence[str],
    moved: Moved,
    sources: Sequence[str],
    other: Sequence[str],
    *,
    shared: bool,
) -> list[Change]:
    (before, after), (old, new) = sides, shapes
    why = _cause(before, after, _pairs(moved, sources), other)
    found = [
        Change(mart, None, name, ADDED if name in new else REMOVED, old.get(name), new.get(name), why, name in old)
        for name in [*(n for n in old if n not in new), *(n for n in new if n not in old)]
    ]
    compared = [name for name in new if name in old and name not in PROVENANCE]
    rows_of = {each.db: f"{each.db}.mart.{sql.identifier(mart)}" for each in (before, after)}
    if key:
        compared = [name for name in compared if name not in key]
    elif not compared:
        return found
    else:
        listed = ", ".join(f"{_value('t', name)} as {sql.identifier(name)}" for name in compared)
        rows_of = {
            db: f"(select {listed}, count(*) as {ROWS} from {rows} as t group by all)" for db, rows in rows_of.items()
        }
        key, compared, old, new = compared, [ROWS], {}, {}
    # The row itself may say which delivery it is from, or which source it is about.
    own = "leverans_id" in old and "leverans_id" in new
    kalla = "case when e._finns then e.kalla else f.kalla end" if "kalla" in key else "null"
    cells = ", ".join(
        f"struct_pack(kolumn := {sql.literal(name)}, fore := {_value('f', name)}, efter := {_value('e', name)})"
        for name in compared
    )
    rows = con.execute(f"""
        with par as (
            select case when e._finns then {key_text("e", key)} else {key_text("f", key)} end as nyckel, f._finns is not null as fanns,
                {"f.leverans_id" if own else "null"} as leverans_fore, {"e.leverans_id" if own else "null"} as leverans_efter,
                {kalla} as kalla,
                list_filter([{cells}], lambda c: c.fore is distinct from c.efter) as celler
            from (select *, true as _finns from {rows_of[before.db]}) as f
            {"inner" if shared else "full"} join (select *, true as _finns from {rows_of[after.db]}) as e
                on {" and ".join(f"f.{name} is not distinct from e.{name}" for name in map(sql.identifier, key))}
        )
        select nyckel, fanns, leverans_fore, leverans_efter, kalla, unnest(celler, recursive := true) from par
        where len(celler) > 0 order by nyckel""").fetchall()
    for nyckel, existed, from_delivery, to_delivery, source, column, was, now in rows:
        kind = ADDED if was is None else REMOVED if now is None else CHANGED
        reason = why
        if own:
            mine = [(from_delivery, to_delivery)] if from_delivery != to_delivery else []
            reason = _cause(before, after, mine, other)
        elif source:
            reason = _cause(before, after, _pairs(moved, [source]), other)
        found.append(Change(mart, nyckel, column, kind, was, now, reason, existed))
    return found


def _key_of(mart: str, marts: Mapping[str, About], old: Mapping[str, str], new: Mapping[str, str]) -> list[str]:
    """The key of a mart, when both releases have its columns; otherwise nothing tells its rows apart."""
    key = marts.get(mart, _UNKNOWN)["nyckel"]
    return key if set(key) <= old.keys() & new.keys() else []


def _value(table: str, name: str) -> str:
    text = f"cast({table}.{sql.identifier(name)} as varchar)"
    return f"nullif({text}, '{REVISED}')" if name == STATUS else text


def key_text(table: str, key: Sequence[str]) -> str:
    """The key of a row as text."""
    parts = [
        f"{sql.literal(f'{name}=')} || coalesce(cast({table}.{sql.identifier(name)} as varchar), '')" for name in key
    ]
    return f"concat_ws(', ', {', '.join(parts)})"


def _moved(before: Side, after: Side) -> Moved:
    """Which delivery took the place of which, for the respondents and periods of each source."""
    found: dict[str, set[tuple[str | None, str | None]]] = {}
    for block in before.block.keys() | after.block.keys():
        pair = before.block.get(block), after.block.get(block)
        if pair[0] != pair[1]:
            found.setdefault(block[0], set()).add(pair)
    return found


def _pairs(moved: Moved, sources: Sequence[str]) -> list[tuple[str | None, str | None]]:
    """Which delivery took the place of which in these sources."""
    found = {pair for kalla in sources for pair in moved.get(kalla, ())}
    return sorted(found, key=lambda pair: (pair[0] or "", pair[1] or ""))


def _applied(con: duckdb.DuckDBPyConnection, db: str, marts: Mapping[str, object]) -> set[tuple[str, str]]:
    """The corrections a release rests on, with their sources."""
    if CORRECTIONS not in marts:
        return set()
    return set(
        con.execute(f"select kalla, rattelse_id from {db}.mart.{CORRECTIONS} where utfall = 'tillampad'").fetchall()
    )


def _cause(before: Side, after: Side, pairs: Sequence[tuple[str | None, str | None]], other: Sequence[str]) -> str:
    """Why cells differ, in Swedish: deliveries in place of others, and what else may be the cause."""
    reasons = []
    for old, new in pairs:
        was, now = _named(before, old), _named(after, new)
        if was and now:
            reasons.append(f"leverans {now} ersätter {was}")
        else:
            reasons.append(f"ny leverans {now}" if now else f"leverans {was} gäller inte längre")
    return "; ".join([*reasons, *other]) or "okänd"


def _named(release: Side, leverans_id: str | None) -> str | None:
    if leverans_id is None:
        return None
    delivery = release.leveranser.get(leverans_id, {})
    return f"{delivery.get('avsandare', '')} ({leverans_id})".lstrip()


def _shapes(con: duckdb.DuckDBPyConnection, db: str) -> dict[str, dict[str, str]]:
    """The columns of each mart with their types, in their order."""
    found = con.execute(  # a parameter would have DuckDB import pandas
        "select table_name, column_name, data_type from duckdb_columns() "
        f"where database_name = {sql.literal(db)} and schema_name = 'mart' order by table_name, column_index"
    ).fetchall()
    shapes: dict[str, dict[str, str]] = {}
    for mart, column, kind in found:
        shapes.setdefault(mart, {})[column] = kind
    return shapes
