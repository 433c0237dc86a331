"""What a build rests on, and what it found: the fingerprint of its inputs, and what the build database says about itself.

The build database keeps in its schema ``bygge`` the signature that each node had when it was last made without fault
(:mod:`dagster_project.warehouse.signature`), and the marts that are held back.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any

import duckdb

from dagster_project import sql
from dagster_project.deliveries import earlier, late, wording
from dagster_project.deliveries.register import Register
from dagster_project.reading import sidecar
from dagster_project.settings import PROJECT, Home
from dagster_project.warehouse import project
from dagster_project.warehouse.places import build_db

#: The code that decides what a release looks like. How a build is asked for and started is not part of it.
CODE = ("reading", "sources", "deliveries", "validation", "warehouse", "release", "coding", "sql", "assets", "checks")

#: What a release tells of a delivery, besides its sender.
_TOLD = ("leverans_id", "kalla", "sha256", "mottagen", "status", "pahittad")

_TABLES = """
create schema if not exists bygge;
create table if not exists bygge.noder (unik_id varchar primary key, signatur varchar not null, kod varchar);
create table if not exists bygge.hallna (mart varchar primary key, orsak varchar not null);
"""


@cache
def code_version() -> str:
    """The package's version and a hash of all code, templates and data of the project that a release depends on."""
    digest = hashlib.sha256()
    package = PROJECT / "dagster_project"
    code = {p for name in CODE for p in (*(package / name).rglob("*"), package / f"{name}.py")}
    own = {p for p in code if p.is_file() and "__pycache__" not in p.parts}
    for path in sorted({*own, *project.files(), PROJECT / "requirements.lock"}):
        digest.update(path.relative_to(PROJECT).as_posix().encode())
        digest.update(path.read_bytes())
    return f"{version('uppfoljning')}+{digest.hexdigest()[:12]}"


def deliveries_used(register: Register, ar: int) -> list[dict[str, Any]]:
    """The deliveries of which at least one block counts in reporting year ``ar``, in the register's order, as a release may tell of them:
    by the sending organisation (``avsandare``), never by a person or a file."""
    used = {t["leverans_id"] for t in register.tackning(ar) if t["gallande"]}
    return [_told(row) for row in register.leveranser(ar=ar) if row["leverans_id"] in used]


def deliveries_late(register: Register, ar: int) -> list[dict[str, Any]]:
    """The deliveries that came after the cut-off of the report of ``ar``, told of as those that are used."""
    return [_told(row) for row in late.after_cutoff(register, ar)]


def _told(row: Mapping[str, Any]) -> dict[str, Any]:
    second = {"andrahand": True} if sidecar.second_hand(row["sidofil"]) else {}
    return {name: row[name] for name in _TOLD} | {"avsandare": wording.sender(row)} | second


def fingerprint(register: Register, ar: int, held: Mapping[str, str], hidden: Sequence[str] = ()) -> str:
    """A hash of all that a release for ``ar`` depends on: code, rules, the fate of its deliveries, the marts held back and
    the names that are ``hidden``.

    Deliveries about later years only are not among them; those after the cut-off are listed in it, and only that.
    """
    kept = ("leverans_id", "status", "mottagen", "respondent", "period", "rader_godkanda", "rader_karantan")
    blocks = [t for t in register.tackning(ar) if int(t["period"][:4]) <= ar]
    speaking = {t["leverans_id"] for t in blocks}
    later = {t["leverans_id"] for t in register.tackning(ar)} - speaking
    fates = [
        [row[k] for k in kept]
        for row in register.leveranser(ar=ar)
        if row["leverans_id"] not in later
        if row["leverans_id"] in speaking or not row["period"] or int(row["period"][:4]) <= ar
    ]
    facts = [
        [t[k] for k in ("leverans_id", "respondent", "block", "period", "rader", "gallande", "vantar")] for t in blocks
    ]
    after = [row["leverans_id"] for row in late.after_cutoff(register, ar)]
    standing = [each.said for each in earlier.find(register, ar)]
    content = json.dumps(
        [ar, code_version(), fates, facts, after, standing, sorted(held.items()), sorted(hidden)],
        ensure_ascii=False,
        default=str,
    )
    return hashlib.sha256(content.encode()).hexdigest()


# --- what the build database says about itself ------------------------------------------------------------------------


def signatures(db: Path) -> dict[str, str]:
    """The signature each node was last made with, by unique id. Empty for a database that is not there."""
    return _pairs(db, "noder", "signatur")


def compiled(db: Path) -> dict[str, str]:
    """The SQL that each node was last made with, by unique id."""
    return _pairs(db, "noder", "kod")


def forget(db: Path, nodes: Iterable[str]) -> None:
    """Before these nodes are made: what becomes of them is not known until :func:`remember`."""
    with duckdb.connect(str(db)) as con:
        con.execute(_TABLES)
        con.execute("delete from bygge.noder where unik_id in (select unnest(?))", [list(nodes)])


def remember(db: Path, made: Iterable[tuple[str, str, str | None]]) -> None:
    """These nodes have been made without fault: unique id, signature and SQL of each."""
    columns = [list(column) for column in zip(*made, strict=True)]
    if columns:
        with duckdb.connect(str(db)) as con:
            con.execute("insert into bygge.noder select unnest(?), unnest(?), unnest(?)", columns)


def take_over(db: Path, given: Path, wanted: Mapping[str, str], tables: Mapping[str, tuple[str, str]]) -> set[str]:
    """Copy nodes that another database has as they are wanted here.

    :param wanted: signature by unique id.
    :param tables: schema and name of the nodes that are tables.
    :returns: the nodes that were taken over.
    """
    with duckdb.connect(str(db)) as con:
        con.execute(_TABLES)
        con.execute(f"attach {sql.literal(given)} as given (read_only)")
        con.execute("begin")
        has = con.execute("select unik_id, signatur from given.bygge.noder").fetchall()
        taken = [uid for uid, signature in has if wanted.get(uid) == signature]
        for uid in taken:
            if uid in tables:
                schema, name = map(sql.identifier, tables[uid])
                con.execute(f"create schema if not exists {schema}")
                con.execute(f"create or replace table {schema}.{name} as from given.{schema}.{name}")
        con.execute("delete from bygge.noder where unik_id in (select unnest(?))", [taken])
        con.execute(
            "insert into bygge.noder select unik_id, signatur, null from given.bygge.noder"
            " where unik_id in (select unnest(?))",
            [taken],
        )
        con.execute("commit")
    return set(taken)


def write_held(home: Home, ar: int, held: Mapping[str, str]) -> None:
    """Note which marts of the build keep their last good state, and why."""
    with duckdb.connect(str(build_db(home, ar))) as con:
        con.execute(_TABLES)
        con.execute("delete from bygge.hallna")
        con.execute("insert into bygge.hallna select unnest(?), unnest(?)", [list(held), list(held.values())])


def read_held(home: Home, ar: int) -> dict[str, str]:
    return _pairs(build_db(home, ar), "hallna", "orsak")


def _pairs(db: Path, table: str, column: str) -> dict[str, str]:
    if not db.is_file():
        return {}
    with duckdb.connect(str(db), read_only=True) as con:
        there = "select true from duckdb_tables() where schema_name = 'bygge' and table_name = ?"
        if not con.execute(there, [table]).fetchone():
            return {}
        return {row[0]: row[-1] for row in con.execute(f"select *, {column} from bygge.{table}").fetchall()}
