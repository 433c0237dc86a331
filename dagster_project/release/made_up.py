"""Which rows of a release are made up: those that rest on a delivery whose sidecar says ``pahittad: true``.

Made up is a property of a delivery and stands in the register. Here it is carried along the lineage that a trace follows
(:mod:`dagster_project.release.lineage`) to every row of every mart and printed table:

- a row is made up when at least one delivery behind it is;
- a row that no delivery is behind (a sum, a count of nothing) rests on all that came to its source: the one its column ``kalla``
  names, otherwise those that its table rests on;
- a model below the marts that has a column ``pahittad`` judges its rows itself.

A release without a made-up delivery has nothing to follow.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from dagster_project import sql
from dagster_project.release import difference
from dagster_project.release.database import MADE_UP, ORDER, REVISIONS
from dagster_project.release.lineage import ATTACHED, DELIVERY, Lineage
from dagster_project.warehouse.graph import SCHEMA, Graph

#: In the lineage of a release: the keys of the made-up rows of its marts.
KEPT = "pahittade.parquet"


@dataclass(frozen=True)
class Marks:
    """The made-up rows of a release: ``tables`` by their place in each printed table, ``marts`` by their ``rowid`` in each."""

    tables: Mapping[str, frozenset[int]]
    marts: Mapping[str, frozenset[int]]


def deliveries(rows: Iterable[Mapping[str, Any]]) -> dict[str, str]:
    """Source by id of the made-up ones of these deliveries."""
    return {str(row["leverans_id"]): str(row["kalla"]) for row in rows if row.get(MADE_UP)}


def find(
    lineage: Lineage,
    graph: Graph,
    keys: Mapping[str, Sequence[str]],
    tables: Iterable[str],
    made_up: Mapping[str, str],
    held: Container[str],
    kept: Path | None = None,
) -> Marks:
    """The made-up rows of the release whose lineage it is.

    :param keys: the columns that the rows of each mart are told apart by.
    :param tables: its printed tables. One that is held comes with its marks.
    :param made_up: source by id of its made-up deliveries; of the last release's too, where something is ``held``.
    :param kept: the lineage of the last release: a held mart has the made-up rows that it had there (:func:`keep`).
    """
    if not made_up:
        return Marks({}, {})
    follow = _Follow(lineage, graph, keys, made_up, held, kept and kept / KEPT)
    printed = {name: follow.places(f"{SCHEMA}.{name}") for name in tables if f"{SCHEMA}.{name}" not in held}
    marts = {name: follow.made_up(f"mart.{name}") for name in sorted(graph.marts.values()) if lineage.has(name)}
    return Marks(printed, {name: rows for name, rows in marts.items() if rows})


def keep(folder: Path, database: Path, marks: Marks, keys: Mapping[str, Sequence[str]]) -> None:
    """Note in the lineage in ``folder`` which rows of the finished ``database`` are made up, for a release in which their marts are held."""
    with duckdb.connect(str(database), read_only=True) as con:
        sql.one_thread(con)
        con.execute("create temp table pahittade (mart varchar, nyckel varchar)")
        for mart, rows in marks.marts.items():
            con.execute(
                f"insert into pahittade select ?, {_key(con, mart, keys)} from mart.{sql.identifier(mart)} as h "
                "where rowid in (select unnest(?))",
                [mart, sorted(rows)],
            )
        con.execute(f"copy (from pahittade order by all) to {sql.literal(folder / KEPT)} (format parquet)")


def _kept(path: Path) -> dict[str, list[str]]:
    """The keys of the made-up rows of each mart, as :func:`keep` has noted them."""
    found: dict[str, list[str]] = {}
    with duckdb.connect() as con:  # the one of a lineage opens no file of another release
        for mart, key in con.execute(f"from read_parquet({sql.path(path)})").fetchall():
            found.setdefault(mart, []).append(key)
    return found


def _key(con: duckdb.DuckDBPyConnection, mart: str, keys: Mapping[str, Sequence[str]], within: str = "") -> str:
    """What tells the rows of a mart apart, as text in SQL: its key, or all of it."""
    table = f"{within}mart.{sql.identifier(mart)}"
    names = keys.get(mart) or [name for name, *_ in con.execute(f"describe from {table}").fetchall()]
    return difference.key_text("h", names)


class _Follow:
    """The lineage, followed for all rows of a table at once; what has been followed is kept in temporary tables."""

    def __init__(
        self,
        lineage: Lineage,
        graph: Graph,
        keys: Mapping[str, Sequence[str]],
        made_up: Mapping[str, str],
        held: Container[str],
        kept: Path | None,
    ) -> None:
        self.lineage, self.con, self.graph, self.keys, self.held = lineage, lineage.con, graph, keys, held
        self.kept = _kept(kept) if kept and kept.is_file() else None
        self.models = {n["name"]: uid for uid, n in graph.nodes.items() if n["resource_type"] == "model"}
        self.marts = {name: uid for uid, name in graph.marts.items()}
        self.sources = frozenset(made_up.values())
        self.con.execute("create temp table pahittade as select unnest(?) as leverans_id", [list(made_up)])
        self._done: dict[str, str] = {}

    def made_up(self, what: str) -> frozenset[int]:
        """The ``rowid`` of the made-up rows of a table."""
        return frozenset(
            rad for (rad,) in self.con.execute(f"select rad from {self.rows(what)} where {MADE_UP}").fetchall()
        )

    def places(self, what: str) -> frozenset[int]:
        """Where the made-up rows of a printed table stand in it."""
        found = f"(from {self.rows(what)} where {MADE_UP})"
        listed = self.con.execute(f"select {ORDER} from {_table(what)} as m semi join {found} as p on p.rad = m.rowid")
        return frozenset(place for (place,) in listed.fetchall())

    def rows(self, what: str) -> str:
        """A table with a row for each row of ``what``: its ``rowid`` as ``rad``, and ``pahittad``."""
        if what not in self._done:
            name = f"temp.{sql.identifier(f'rader_{what}')}"
            names = self.lineage.columns(f"from {_table(what)}")
            held = what.startswith("mart.") and what.removeprefix("mart.") in self.held
            linked = (self._as_kept(what) if self.kept is not None else []) if held else self._linked(what)
            self.con.execute(f"""
                create temp table {name} as
                with bakom as ({" union all ".join(linked) or "select null::bigint as rad, null::boolean as pahittad"}),
                per_rad as (select rad, bool_or(pahittad) as pahittad from bakom group by rad)
                select m.rowid as rad, coalesce(per_rad.pahittad, {self._alone(what, names)}, false) as {MADE_UP}
                from {_table(what)} as m left join per_rad on per_rad.rad = m.rowid""")
            self._done[what] = name
        return self._done[what]

    def _as_kept(self, what: str) -> list[str]:
        """A select of all rows of a held mart: made up are those that were in the last release."""
        mart = what.removeprefix("mart.")
        self.con.execute(
            "create or replace temp table kvar as select unnest(?::varchar[]) as nyckel",
            [(self.kept or {}).get(mart, [])],
        )
        key = _key(self.con, mart, self.keys, f"{ATTACHED}.")
        table = f"temp.{sql.identifier(f'hallen_{mart}')}"
        self.con.execute(
            f"create temp table {table} as select h.rowid as rad, {key} in (select nyckel from temp.kvar) as pahittad "
            f"from {_table(what)} as h"
        )
        return [f"from {table}"]

    def _linked(self, what: str) -> list[str]:
        """For each link of a table a select of its rows with what is behind them."""
        if what == f"mart.{REVISIONS}":
            return self._revised()
        selects = []
        for link in self.lineage.links(what):
            if link.modell not in self.marts:
                below = self._base(link.modell)
            elif self.lineage.has(link.modell):
                mart = f"mart.{link.modell}"
                below = (
                    f"(select h.*, p.{MADE_UP} as _pahittad from {_table(mart)} as h "
                    f"inner join {self.rows(mart)} as p on p.rad = h.rowid)"
                )
            else:
                continue
            selects.append(
                f"select m._radnr as rad, h._pahittad as pahittad from (select rowid as _radnr, * from {_table(what)}) as m "
                f"inner join {below} as h on ({link.koppling})"
            )
        return selects

    def _base(self, model: str) -> str:
        """The rows of a model below the marts that say of themselves, in ``_pahittad``, whether they are made up."""
        if model not in self._done:
            name, relation = f"temp.{sql.identifier(f'bas_{model}')}", self.lineage.relation(model)
            names = self.lineage.columns(f"from {relation}")
            delivery = next((column for column in DELIVERY if column in names), None)
            if MADE_UP in names:
                judged = MADE_UP
            elif delivery:
                judged = (
                    f"case when {delivery} is not null then {delivery} in (select leverans_id from temp.pahittade) end"
                )
            else:
                judged = "null::boolean"
            self.con.execute(
                f"create temp table {name} as select *, {judged} as _pahittad from {relation} where _pahittad is not null"
            )
            self._done[model] = name
        return self._done[model]

    def _alone(self, what: str, columns: Iterable[str]) -> str:
        """What holds for a row that nothing is behind, in SQL."""
        if "kalla" in columns:
            return f"m.kalla in ({', '.join(map(sql.literal, sorted(self.sources)))})"
        return "true" if self._sources(what) & self.sources else "false"

    def _sources(self, what: str) -> set[str]:
        """The sources that the links of a table lead to; where they lead to none, those that dbt knows of."""
        found: set[str] = set()
        for link in self.lineage.links(what):
            below = link.modell in self.marts
            found |= (
                self._sources(f"mart.{link.modell}") if below else self.graph.sources(self.models.get(link.modell, ""))
            )
        return found or self.graph.sources(self.marts.get(what.removeprefix("mart."), ""))

    def _revised(self) -> list[str]:
        """What was revised is made up with the row that was; a row that is gone, with any of its mart's."""
        selects = []
        revisions = _table(f"mart.{REVISIONS}")
        listed = self.con.execute(f"select distinct mart from {revisions}").fetchall()
        for (mart,) in listed:
            if not self.lineage.has(mart):
                continue
            found = self.rows(f"mart.{mart}")
            names = self.keys.get(mart, ())
            key = difference.key_text("h", names) if names else "null"
            selects.append(
                f"select m.rowid as rad, coalesce(h.{MADE_UP}, (select bool_or({MADE_UP}) from {found})) as pahittad "
                f"from {revisions} as m left join (select {key} as nyckel, p.{MADE_UP} from {_table(f'mart.{mart}')} as h "
                f"inner join {found} as p on p.rad = h.rowid) as h on h.nyckel = m.nyckel where m.mart = {sql.literal(mart)}"
            )
        return selects


def _table(what: str) -> str:
    schema, _, name = what.partition(".")
    return f"{ATTACHED}.{schema}.{sql.identifier(name)}"
