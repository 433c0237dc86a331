"""What makes a database of a release easy to ask: views with names beside codes, levels by themselves, and keys.

``seeds/published/vyer.yml`` says which names stand for which codes and which levels may be summed. Example questions are a reference table,
``seeds/published/exempelfragor.csv``.
A view shows its mart's rows and nothing else: what is hidden there is hidden here.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import duckdb
from pydantic import BaseModel, ConfigDict

from dagster_project import sql
from dagster_project.settings import SEEDS, read_yaml

SCHEMA = "vy"
KEYS = "nycklar"
DECLARED = SEEDS / "published" / "vyer.yml"


class _Record(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Name(_Record):
    """The name of a code: where it is found, and what the codes are called that stand nowhere."""

    kod: str
    kolumn: str
    tabell: str | None = None
    nyckel: str | None = None
    namn: str | None = None
    annars: dict[str, str] = {}

    def of(self, code: str) -> str:
        """SQL: the name of what the expression ``code`` holds."""
        known = " ".join(f"when {sql.literal(key)} then {sql.literal(text)}" for key, text in self.annars.items())
        parts = [f"case {code} {known} end"] if known else []
        if self.tabell and self.nyckel and self.namn:
            parts.append(f"(select min(k.{self.namn}) from {self.tabell} as k where k.{self.nyckel} = {code})")
        return f"coalesce({', '.join(parts)})"


class Few(_Record):
    """Which column counts those who have answered, and how many are few."""

    kolumn: str
    farre_an: int


class Declared(_Record):
    """The file ``vyer.yml``."""

    namn: list[Name]
    plats: list[str]
    fa_svarande: Few
    nivaer: dict[str, dict[str, str]]


def load(path: Path = DECLARED) -> Declared:
    return Declared.model_validate(read_yaml(path))


def write(database: Path, keys: Mapping[str, Sequence[str]]) -> None:
    """Add views and keys to a database of a release.

    :param keys: the columns that tell the rows of each mart apart.
    """
    said = load()
    with duckdb.connect(str(database)) as con:
        sql.one_thread(con)
        found = con.execute(
            "select c.table_name, list(c.column_name order by c.column_index), any_value(t.comment) "
            "from duckdb_columns() as c inner join duckdb_tables() as t using (schema_name, table_name) "
            "where c.schema_name = 'mart' group by c.table_name order by c.table_name"
        ).fetchall()
        tables = {
            row[0]
            for row in con.execute("select table_name from duckdb_tables() where schema_name = 'referens'").fetchall()
        }
        con.execute("begin")
        con.execute(f"create schema {SCHEMA}")
        for mart, columns, comment in found:
            _view(con, said, mart, columns, comment or "", tables)
        _keys(con, said, {mart: columns for mart, columns, _ in found}, keys, tables)
        con.execute("commit")


def _view(
    con: duckdb.DuckDBPyConnection,
    said: Declared,
    mart: str,
    columns: Sequence[str],
    comment: str,
    tables: Iterable[str],
) -> None:
    """The view of a mart, and one for each of its levels."""
    known = set(tables)
    asked = [name for name in said.namn if name.tabell is None or name.tabell.split(".")[1] in known]
    added: dict[str, str] = {}
    for place in (place for place in said.plats if place in columns):
        for name in asked:
            if name.kod in ("region_kod", "kommun_kod"):
                code = f"m.{place}"
                added.setdefault(name.kod, f"case when {name.of(code)} is not null then {code} end")
                added.setdefault(name.kolumn, name.of(code))
    for name in asked:
        if name.kod in columns:
            added.setdefault(name.kolumn, name.of(f"m.{sql.identifier(name.kod)}"))
    if {said.fa_svarande.kolumn, "andel"} <= set(columns):
        added["fa_svarande"] = f"m.{said.fa_svarande.kolumn} < {said.fa_svarande.farre_an}"
    new = "".join(f", {text} as {name}" for name, text in added.items() if name not in columns)
    con.execute(f"create view {SCHEMA}.{mart} as select m.*{new} from mart.{mart} as m")
    levels = said.nivaer.get(mart, {})
    warned = f" Flera nivåer: summera i {', '.join(f'{SCHEMA}.{mart}_{level}' for level in levels)}." if levels else ""
    con.execute(
        f"comment on view {SCHEMA}.{mart} is {sql.literal(f'{comment} Med namn bredvid koderna.{warned}'.strip())}"
    )
    for level, condition in levels.items():
        con.execute(f"create view {SCHEMA}.{mart}_{level} as from {SCHEMA}.{mart} where {condition}")
        con.execute(
            f"comment on view {SCHEMA}.{mart}_{level} is {sql.literal(f'{comment} Bara nivån {level}: raderna kan summeras.'.strip())}"
        )


def _keys(
    con: duckdb.DuckDBPyConnection,
    said: Declared,
    columns: Mapping[str, Sequence[str]],
    keys: Mapping[str, Sequence[str]],
    tables: Iterable[str],
) -> None:
    """What tells the rows of each mart apart, and which reference table a code is looked up in."""
    known = set(tables)
    leads = {
        name.kod: f"{name.tabell}.{name.nyckel}"
        for name in said.namn
        if name.tabell and name.tabell.split(".")[1] in known
    }
    rows = []
    for mart, names in columns.items():
        own = list(keys.get(mart, ()))
        for name in names:
            place = own.index(name) + 1 if name in own else None
            if place or name in leads:
                rows.append((mart, name, place, leads.get(name)))
    con.execute(
        f"create table referens.{KEYS} (tabell varchar, kolumn varchar, plats_i_nyckeln integer, hanvisar_till varchar)"
    )
    if rows:
        values = ", ".join(
            f"({', '.join('null' if cell is None else sql.literal(str(cell)) for cell in row)})" for row in rows
        )
        con.execute(f"insert into referens.{KEYS} values {values}")
    con.execute(f"comment on table referens.{KEYS} is 'Martarnas nycklar, och var koderna står med sina namn.'")
