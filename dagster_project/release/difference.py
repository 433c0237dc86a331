"""What differs between two releases, cell by cell, and why; and the revisions that a new release tells its readers about.

Rows are paired by the mart's key (its ``unik_kombination`` in dbt), and compared in all columns but those that name the delivery.
The mark ``r`` is set at publication, in the new release only, on rows where a figure that the year's last release showed has
another value now. Any other status a row has stands before it: a value that is missing, protected or preliminary is that first.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import astuple, dataclass, field
from pathlib import Path
from typing import Any

import duckdb

REVISED = "r"
STATUS = "varde_status"
#: The mart that lists the revisions; empty as dbt leaves it.
REVISIONS = "revideringar"
#: The mart that lists the corrections.
CORRECTIONS = "rattelser"
#: Columns that say which delivery a row is from, not what it says.
PROVENANCE = ("leverans_id", "mottagen")


@dataclass(frozen=True)
class Side:
    """One of two releases, its database attached as ``db``."""

    db: str
    utgava: str
    kodversion: str
    leveranser: Mapping[str, Mapping[str, Any]]
    hallna: Mapping[str, str]
    block: Mapping[tuple[str, str, str], str]


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
ADDED, REMOVED, CHANGED = "tillkommen", "borttagen", "andrad"


def side(db: str, manifest: Mapping[str, Any], block: Mapping[tuple[str, str, str], str]) -> Side:
    """A release from its manifest."""
    deliveries = {row["leverans_id"]: row for row in manifest["leveranser"]}
    return Side(db, manifest["utgava"], manifest["kodversion"], deliveries, manifest["hallna_marter"], block)


def compare(
    con: duckdb.DuckDBPyConnection, before: Side, after: Side, marts: Mapping[str, Mapping[str, Sequence[str]]]
) -> list[Change]:
    """Every cell that differs. ``marts``: the key (``nyckel``) and the sources (``kallor``) of each mart."""
    old, new = (set(_tables(con, each.db)) - {REVISIONS} for each in (before, after))
    applied = [_applied(con, each.db) for each in (before, after)]
    found = []
    for mart in sorted(old | new):
        sources = marts.get(mart, {}).get("kallor", ())
        other = [f"rättelse {name}" for kalla, name in sorted(applied[0] ^ applied[1]) if kalla in sources]
        other += [f"tabellen hölls kvar i utgåva {each.utgava}" for each in (before, after) if mart in each.hallna]
        if before.kodversion != after.kodversion:
            other.append(f"ändrad kod eller referensdata ({before.kodversion} → {after.kodversion})")
        if mart not in old or mart not in new:
            why = _cause(before, after, _pairs(before, after, sources), other)
            found.append(Change(mart, None, None, ADDED if mart in new else REMOVED, None, None, why, mart in old))
        else:
            found += _mart(con, before, after, mart, marts.get(mart, {}).get("nyckel", ()), sources, other)
    return found


def revise(
    draft: Path, last: Path, before: Side, after: Side, marts: Mapping[str, Mapping[str, Sequence[str]]]
) -> None:
    """Mark in ``draft`` what has another value than in the year's last release, and list it in ``mart.revideringar``."""
    with duckdb.connect() as con:
        con.execute(f"attach '{draft}' as {after.db}")
        con.execute(f"attach '{last}' as {before.db} (read_only)")
        with_status = [mart for mart in _tables(con, after.db) if STATUS in _columns(con, after.db, mart)]
        con.execute("begin")
        for mart in with_status:  # a held mart comes with the marks of the release it was taken from
            con.execute(f"update {after.db}.mart.\"{mart}\" set {STATUS} = null where {STATUS} = '{REVISED}'")
        changes = [change for change in compare(con, before, after, marts) if change.fanns]
        for mart in with_status:
            keys = {
                c.nyckel for c in changes if c.mart == mart and c.typ == CHANGED and c.kolumn != STATUS and c.nyckel
            }
            if keys:
                con.execute(
                    f"update {after.db}.mart.\"{mart}\" as t set {STATUS} = '{REVISED}' "
                    f"where {STATUS} is null and list_contains(?, {_key('t', marts[mart]['nyckel'])})",
                    [sorted(keys)],
                )
        if changes and REVISIONS in _tables(con, after.db):
            con.executemany(
                f"insert into {after.db}.mart.{REVISIONS} by position values (?, ?, ?, ?, ?, ?, ?, ?, ?)",
                [(nr, before.utgava, *change.row()) for nr, change in enumerate(changes, start=1)],
            )
        con.execute("commit")
        con.execute(f"detach {after.db}")


def _mart(
    con: duckdb.DuckDBPyConnection,
    before: Side,
    after: Side,
    mart: str,
    key: Sequence[str],
    sources: Sequence[str],
    other: Sequence[str],
) -> list[Change]:
    old, new = _columns(con, before.db, mart), _columns(con, after.db, mart)
    why = _cause(before, after, _pairs(before, after, sources), other)
    found = [
        Change(mart, None, name, ADDED if name in new else REMOVED, old.get(name), new.get(name), why, name in old)
        for name in [*(n for n in old if n not in new), *(n for n in new if n not in old)]
    ]
    if not key or not set(key) <= old.keys() & new.keys():
        return found
    compared = [name for name in new if name in old and name not in (*key, *PROVENANCE)]
    # The row itself may say which delivery it is from, or which source it is about.
    own = "leverans_id" in old and "leverans_id" in new
    kalla = "case when e._finns then e.kalla else f.kalla end" if "kalla" in key else "null"
    cells = ", ".join(
        f"struct_pack(kolumn := '{name}', fore := {_value('f', name)}, efter := {_value('e', name)})"
        for name in compared
    )
    rows = con.execute(f"""
        with par as (
            select case when e._finns then {_key("e", key)} else {_key("f", key)} end as nyckel, f._finns is not null as fanns,
                {"f.leverans_id" if own else "null"} as leverans_fore, {"e.leverans_id" if own else "null"} as leverans_efter,
                {kalla} as kalla,
                list_filter([{cells}], lambda c: c.fore is distinct from c.efter) as celler
            from (select *, true as _finns from {before.db}.mart."{mart}") as f
            full join (select *, true as _finns from {after.db}.mart."{mart}") as e
                on {" and ".join(f'f."{name}" is not distinct from e."{name}"' for name in key)}
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
            reason = _cause(before, after, _pairs(before, after, [source]), other)
        found.append(Change(mart, nyckel, column, kind, was, now, reason, existed))
    return found


def _value(table: str, name: str) -> str:
    text = f'cast({table}."{name}" as varchar)'
    return f"nullif({text}, '{REVISED}')" if name == STATUS else text


def _key(table: str, key: Sequence[str]) -> str:
    """The key of a row as text."""
    parts = [f"'{name}=' || coalesce(cast({table}.\"{name}\" as varchar), '')" for name in key]
    return f"concat_ws(', ', {', '.join(parts)})"


def _pairs(before: Side, after: Side, sources: Sequence[str]) -> list[tuple[str | None, str | None]]:
    """Which delivery took the place of which, for the respondents and periods of these sources."""
    changed = {
        (before.block.get(block), after.block.get(block))
        for block in before.block.keys() | after.block.keys()
        if block[0] in sources and before.block.get(block) != after.block.get(block)
    }
    return sorted(changed, key=lambda pair: (pair[0] or "", pair[1] or ""))


def _applied(con: duckdb.DuckDBPyConnection, db: str) -> set[tuple[str, str]]:
    """The corrections a release rests on, with their sources."""
    if CORRECTIONS not in _tables(con, db):
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
    return f"{delivery.get('filnamn', '')} ({leverans_id})".lstrip()


def _tables(con: duckdb.DuckDBPyConnection, db: str) -> list[str]:
    found = con.execute(
        "select table_name from duckdb_tables() where database_name = ? and schema_name = 'mart' order by 1", [db]
    ).fetchall()
    return [name for (name,) in found]


def _columns(con: duckdb.DuckDBPyConnection, db: str, mart: str) -> dict[str, str]:
    found = con.execute(
        "select column_name, data_type from duckdb_columns() where database_name = ? and schema_name = 'mart' "
        "and table_name = ? order by column_index",
        [db, mart],
    ).fetchall()
    return dict(found)
