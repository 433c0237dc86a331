"""The way back from a figure: from rows of a mart, or of a published table, to the deliveries, sheets and rows behind them.

What it needs is frozen with the release (:mod:`~dagster_project.release.recipe`). A trace runs the frozen SQL again, so it answers for the
release asked for, whatever has been delivered, judged anew or reprogrammed since.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import duckdb

from dagster_project import sql
from dagster_project.release import ReleaseError, questions
from dagster_project.release.database import ORDER, stand_in
from dagster_project.release.recipe import NAMES, RAW, RECIPE, Link
from dagster_project.release.releases import Release, releases
from dagster_project.settings import Home
from dagster_project.warehouse.graph import SCHEMA

#: The release's database, as the connection of its lineage knows it.
ATTACHED = "utgava"
#: The columns of a reference table that say where in a document a row was taken from, and of which publication it speaks.
_PLACE, _PUBLICATION = ("kallrad", "belagg", "kalltext"), ("publikation", "utgivare")
#: What a column of these names says, in any model below the marts.
DELIVERY, _SHEET, _ROW, _CORRECTION = ("_leverans_id", "leverans_id"), ("_blad",), ("_rad",), ("_rattelse",)
_WHO = ("kommun_kod", "respondent_kod", "vardenhet_id", "region_kod")


@dataclass(frozen=True)
class Trace:
    """What is behind the rows asked about. ``leveranser`` counts all base rows, ``rader`` holds the first of them.

    ``anmarkningar``: why some rows do not show what was delivered, in one line each.
    """

    utgava: str
    kolumn: str | None
    antal: int
    leveranser: list[dict[str, Any]]
    rader: list[dict[str, Any]]
    anmarkningar: list[str]


class Lineage:
    """The frozen lineage of one release, opened over its database."""

    def __init__(
        self,
        con: duckdb.DuckDBPyConnection,
        home: Home,
        utgava: str,
        recipe: dict[str, Any],
        raw: Path,
        form: str = "view",
    ) -> None:
        self.con, self.home, self.utgava, self.recipe, self.raw, self.form = con, home, utgava, recipe, raw, form
        self._raw = sql.path(raw)[1:-1]  # as it stands between quotation marks
        self._made: set[str] = set()

    def trace(self, what: str, where: str, column: str | None = None, limit: int | None = None) -> Trace:
        """The base rows behind rows of ``what``, a mart or a published table.

        :param where: which rows, in SQL over the columns of ``what``.
        :param column: which column of the mart; left out: the first that the mart says something about.
        """
        from dagster_project.release.originals import Originals

        what = self.full_name(what)
        mart = self.mart(what)
        marts = self.recipe["marter"]
        if not marts.get(mart, True):  # what a table shows of a reference table is a line of its file
            raise ReleaseError(f"mart.{mart} does not say what it rests on (meta harkomst in its yml)")
        column = column or self._first_column(mart)
        source = self._chosen(what, where)
        names = self.columns(source)
        if (
            column
            and column not in names
            and (mart not in marts or column not in self.columns(f"from mart.{sql.identifier(mart)}"))
        ):
            raise ReleaseError(f"{what} has no column {column}: choose one of {', '.join(names[1:])}")
        self.con.execute(
            f"create or replace temp table grund as select distinct * exclude (_nyckel) from ({self._base(what, source, column)})"
        )
        counted = self._query(f"""
            select g.leverans_id, l.kalla, coalesce(l.filnamn, g.fil) as filnamn, l.sha256, cast(l.mottagen as varchar) as mottagen,
                l.status, count(*) as rader
            from grund as g left join {self._register()} as l on l.leverans_id = g.leverans_id
            group by all order by mottagen, g.leverans_id, filnamn""")
        rows = self._query(f"""
            select g.leverans_id, coalesce(l.filnamn, g.fil) as filnamn, g.blad, g.rad, g.uppgiftslamnare,
                coalesce(k.kommun, r.region) as namn, g.kolumn, cast(null as varchar) as levererat, g.varde, g.rattelse,
                {self._document()} as dokument, g.plats, g.inford_av
            from grund as g left join {self._register()} as l on l.leverans_id = g.leverans_id
            left join referens.kommuner as k on k.kommun_kod = g.uppgiftslamnare
            left join referens.regioner as r on r.region_kod = g.uppgiftslamnare
            order by l.mottagen, g.leverans_id, g.fil, g.plats, g.blad, g.rad, g.kolumn, g.uppgiftslamnare limit {limit or "all"}""")
        files = Originals(self.home, {row["leverans_id"]: row for row in counted if row["leverans_id"]})
        for row in rows:
            files.complete(row)
        return Trace(self.utgava, column, sum(row["rader"] for row in counted), counted, rows, files.anmarkningar)

    def by_row(self, table: str) -> list[dict[str, Any]]:
        """The deliveries behind each row of a published table, by its place in it (``nyckel``), with how many of their rows. They are
        told of by their senders, never by a file or a sheet."""
        base = self.base(f"{SCHEMA}.{table}")
        if base is None:
            return []
        return self._query(f"""
            select '{table}' as tabell, g._nyckel as nyckel, g.leverans_id, l.avsandare, l.sha256, cast(l.mottagen as varchar) as mottagen,
                {self._document()} as dokument, g.plats, min(g.rad) as forsta_rad, max(g.rad) as sista_rad, count(*) as rader,
                coalesce(l.pahittad, false) as pahittad
            from ({base}) as g left join {self._register()} as l on l.leverans_id = g.leverans_id
            group by all order by all""")

    def base(self, what: str) -> str | None:
        """The select of the base rows behind all rows of ``tabell.<id>``, by their place in it (``_nyckel``), or of ``mart.<name>``, by
        ``rowid``; None where nothing says what they rest on, or the release does not have them."""
        mart = self.mart(what)
        if not self.recipe["marter"].get(mart) or not self.has(mart):
            return None
        place = ORDER if what.startswith(f"{SCHEMA}.") else "rowid"
        schema, _, name = what.partition(".")
        return self._base(
            what,
            f"select {place} as _nyckel, * from {ATTACHED}.{schema}.{sql.identifier(name)}",
            self._first_column(mart),
        )

    def untraced(self, table: str, column: str) -> list[int]:
        """The places of the rows of a published table that have a value in ``column`` with nothing behind it."""
        what = f"{SCHEMA}.{table}"
        having = f"from {SCHEMA}.{sql.identifier(table)} where {sql.identifier(column)} is not null"
        base = self._base(what, f"select {ORDER} as _nyckel, {self._meant(what)} {having}", column)
        asked = f"select {ORDER} {having} and {ORDER} not in (select _nyckel from ({base})) order by all"
        return [place for (place,) in self.con.execute(asked).fetchall()]

    def _chosen(self, what: str, where: str) -> str:
        """A select of the rows asked about, with ``_nyckel`` in front: what ``where`` says is run here and nowhere else."""
        schema, _, name = what.partition(".")
        rows = f"select null as _nyckel, * from {schema}.{sql.identifier(name)} where {questions.condition(where)}"
        try:
            self.con.execute(f"create or replace temp table valda as {rows}")
        except duckdb.Error as error:
            raise ReleaseError(f"--where: {questions.said(error)}") from None
        return f"select {self._meant(what)} from temp.valda"

    def _meant(self, what: str) -> str:
        """All columns of a mart or printed table as SQL, with who is meant in place of who is not named."""
        names = self.raw.parent / NAMES
        if not names.is_file():
            return "*"
        asked = f"select distinct kolumn from read_parquet({sql.path(names)}) where tabell = {sql.literal(what)}"
        replaced = [
            f"""coalesce((
                select fore from read_parquet({sql.path(names)})
                where tabell = {sql.literal(what)} and kolumn = {sql.literal(column)} and efter = {sql.identifier(column)}
            ), {sql.identifier(column)}) as {sql.identifier(column)}"""
            for (column,) in self.con.execute(asked).fetchall()
        ]
        return f"* replace ({', '.join(replaced)})" if replaced else "*"

    def full_name(self, what: str) -> str:
        """``mart.<name>`` or ``tabell.<id>``. Of two with the same name it is the mart."""
        for schema, known in (("mart", "marter"), (SCHEMA, "tabeller")):
            if (name := what.removeprefix(f"{schema}.")) in self.recipe[known]:
                return f"{schema}.{name}"
        names = ", ".join(sorted({*self.recipe["marter"], *self.recipe["tabeller"]}))
        raise ReleaseError(f"{what} is no mart or published table of release {self.utgava}: choose one of {names}")

    def mart(self, what: str) -> str:
        """The mart that is meant, or that a published table shows."""
        name = self.full_name(what)
        return name.removeprefix("mart.") if name.startswith("mart.") else self.links(name)[0].modell

    def links(self, what: str) -> list[Link]:
        """What ``mart.<name>`` or ``tabell.<id>`` rests on."""
        schema, _, name = what.partition(".")
        said = self.recipe["marter" if schema == "mart" else "tabeller"][name]
        if isinstance(said, dict):  # a release from before the printed tables stood in its database
            raise ReleaseError(f"release {self.utgava} does not hold {what}: trace mart.{said['mart']} instead")
        return [Link(**link) for link in said]

    def _first_column(self, mart: str) -> str | None:
        return next((name for link in self.recipe["marter"].get(mart, []) for name in link["matt"]), None)

    def _base(self, what: str, source: str, column: str | None) -> str:
        """The select of the base rows behind the rows of ``source``."""
        selects = []
        for link in self.links(what):
            if link.matt and column not in link.matt:
                continue
            joined = f"from ({source}) as m inner join {self.relation(link.modell)} as h on ({link.koppling})"
            if link.modell in self.recipe["marter"]:
                further = (
                    column if column in self.columns(f'from mart."{link.modell}"') else self._first_column(link.modell)
                )
                selects.append(self._base(f"mart.{link.modell}", f"select m._nyckel, h.* {joined}", further))
                continue
            names = self.columns(f"from {self.relation(link.modell)}")
            traced = column if column in names else None
            file = self.recipe.get("referens", {}).get(link.modell)
            fields = {
                "leverans_id": "null" if file else _first(names, DELIVERY),
                "blad": _first(names, _SHEET),
                "rad": link.rad or _first(names, _ROW),
                "uppgiftslamnare": _first(names, _WHO),
                "kolumn": link.kolumn or (f"'{traced}'" if traced else "null"),
                "varde": link.varde or (f'h."{traced}"' if traced else "null"),
                "rattelse": _first(names, _CORRECTION),
                "fil": _of_report(file["fil"], names) if file else "null",
                "publikation": _first(names, _PUBLICATION) if file else "null",
                "plats": _first(names, _PLACE) if file else "null",
                "inford_av": sql.literal(file["inford_av"]) if file and file["inford_av"] else "null",
            }
            cast = {"rad": "bigint"}
            listed = ", ".join(
                f"cast({said} as {cast.get(name, 'varchar')}) as {name}" for name, said in fields.items()
            )
            selects.append(f"select m._nyckel, {listed} {joined}")
        if not selects:
            raise ReleaseError(f"{what} does not say what its column {column} rests on (meta harkomst in its yml)")
        return " union all ".join(selects)

    def relation(self, name: str) -> str:
        """A mart, or a model below the marts, made when it is first needed."""
        if name in self.recipe["marter"]:
            meant = self._meant(f"mart.{name}")
            return f'mart."{name}"' if meant == "*" else f'(select {meant} from mart."{name}")'
        if file := self.recipe.get("referens", {}).get(name):
            return str(file["tabell"])
        model = self.recipe["modeller"].get(name)
        if model is None:
            raise ReleaseError(
                f"a trace cannot go through the model {name}, whose SQL release {self.utgava} does not have"
            )
        relation = f'{model["schema"]}."{name}"'
        if relation not in self._made:
            for above in model["ovanfor"]:
                self.relation(above)
            self.con.execute(f"create schema if not exists {model['schema']}")
            self.con.execute(f"create {self.form} {relation} as {model['sql'].replace(RAW, self._raw)}")
            self._made.add(relation)
        return relation

    def _document(self) -> str:
        """The document that a row ``g`` of a reference table was taken from, as SQL: by the number before its lines (``002 L164``), or as
        the publication of which it speaks."""
        if "dokument" not in self.recipe.get("referens", {}):
            return "null"
        numbered = r"regexp_extract(g.plats, '^(\d{3}) L', 1)"
        return f"""coalesce(
            (select titel from referens.dokument where dokument = {numbered}),
            (select titel from referens.dokument where publikation = g.publikation), g.publikation
        )"""

    def has(self, mart: str) -> bool:
        """Is the mart in the release? One that has never been sound is not."""
        return mart in self._marts

    @cached_property
    def _marts(self) -> frozenset[str]:
        found = self.con.execute("select table_name from duckdb_tables() where schema_name = 'mart'").fetchall()
        return frozenset(name for (name,) in found)

    def _register(self) -> str:
        return f"read_parquet({sql.path(self.raw / 'register' / 'leveranser.parquet')})"

    def columns(self, sql: str) -> list[str]:
        """The columns of a select."""
        return [name for name, *_ in self.con.execute(f"describe {sql}").fetchall()]

    def _query(self, sql: str) -> list[dict[str, Any]]:
        answer = self.con.execute(sql)
        names = [column[0] for column in answer.description or ()]
        return [dict(zip(names, row, strict=True)) for row in answer.fetchall()]


def trace(
    home: Home, release: Release, what: str, where: str, column: str | None = None, limit: int | None = None
) -> Trace:
    """The deliveries and rows behind rows of a mart or a published table. A held mart is traced in the release it is from.

    :raises ReleaseError: the question cannot be answered, or is none.
    """
    with opened(home, release.id, release.house) as lineage:
        if not {lineage.mart(what), lineage.full_name(what)} & release.manifest["hallna_marter"].keys():
            return lineage.trace(what, where, column, limit)
    older = [other for other in releases(home) if other.ar == release.ar and other.nummer < release.nummer]
    if not older:
        raise ReleaseError(f"{what} was held back in release {release.id}, and no earlier release has it")
    return trace(home, older[-1], what, where, column, limit)


@contextmanager
def opened(home: Home, utgava: str, database: Path, *, unfinished: bool = False) -> Iterator[Lineage]:
    """The lineage of a release whose database lies at ``database``.

    :param unfinished: the release is being made: all of it is going to be followed, so each model below the marts is computed once,
        and the database may be written.
    """
    folder = home.harkomst / utgava
    if not (folder / RECIPE).is_file():
        raise ReleaseError(f"the lineage of release {utgava} is not in {home.harkomst}")
    recipe = json.loads((folder / RECIPE).read_text(encoding="utf-8"))
    with duckdb.connect() as con:
        con.execute(f"attach {sql.literal(database)} as {ATTACHED} ({'read_write' if unfinished else 'read_only'})")
        stand_in(con, ATTACHED, recipe["databas"])
        con.execute(f"use {sql.identifier(recipe['databas'])}")
        sql.one_thread(con)
        questions.shut(con, folder / "raw")
        yield Lineage(con, home, utgava, recipe, folder / "raw", "table" if unfinished else "view")


def _first(names: Iterable[str], wanted: Iterable[str]) -> str:
    """The first of the wanted columns that a model has, as SQL."""
    known = set(names)
    return next((f'h."{name}"' for name in wanted if name in known), "null")


def _of_report(file: str, names: Iterable[str]) -> str:
    """A reference file as SQL; one for each report is that of the row's publication."""
    whole = sql.literal(file)
    return f"replace({whole}, '{{publikation}}', {_first(names, _PUBLICATION)})" if "{" in file else whole
