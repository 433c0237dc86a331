"""No release gives away what it, or an earlier one of its year, hides: the attack as the last word before publication.

Within one release dbt protects (dbt/macros/sekretess.sql). Between releases it cannot know what was said before: where a new figure
and an old one together tell of too few, the old ones stand, for the whole of the measure's month or year. What is open even so is
not published.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import duckdb

from dagster_project import sql
from dagster_project.release import ReleaseError, attack, catalogue
from dagster_project.release.attack import declared as declaring
from dagster_project.release.attack import published, regionpages
from dagster_project.release.attack.declared import Declared, Persons
from dagster_project.release.attack.published import Published
from dagster_project.release.releases import Release

#: A measure, a series and a time of it, all whose cells are kept together.
Family = tuple[str, tuple[str, ...], str]


def seal(made: Path, earlier: Sequence[Release], agarformer: Mapping[str, str]) -> list[Family]:
    """See to it that the marts of database ``made`` give nothing away beside the year's ``earlier`` releases, oldest first.

    Returns the families that keep the figures of the last one. What earlier releases give away by themselves is no fault of this one.

    :param agarformer: who runs each unit.
    :raises ReleaseError: a hidden figure can be computed, whatever is kept.
    """
    known = declaring.load()
    last = [_read(known, release.house) for release in earlier[-1:]]
    now = _read(known, made)
    if last and _facts(last[0]) == _facts(now):
        return []  # as it was, and it was let through
    said = [*(_read(known, release.house) for release in earlier[:-1]), *last]
    opened = attack.attack(known, [*said, now], agarformer)
    gone = {each.figure for each in attack.attack(known, said, agarformer)} if opened and said else set()
    opened = [each for each in opened if each.figure not in gone]
    kept: set[Family] = set()
    for widen in (_with_year, _whole_measure):
        if not opened or not said:
            break
        kept |= {family for each in opened for family in widen(each.figure.key, now)}
        _keep(known, made, earlier[-1].house, kept)
        now = _read(known, made)
        opened = [each for each in attack.attack(known, [*said, now], agarformer) if each.figure not in gone]
    if opened:
        first = "; ".join(map(str, opened[:3]))
        raise ReleaseError(
            f"{len(opened)} hidden figures about persons could be computed from the release: {first}"
            + (" …" if len(opened) > 3 else "")
        )
    return sorted(kept)


def written(database: Path, edition: catalogue.Catalogue) -> None:
    """See to it that the written tables (database, csv, page, the regions' pages) say nothing about persons that the marts do not.

    :raises ReleaseError: a table shows what a mart hides.
    """
    known = declaring.load()
    everything = published.read(known, database, edition)
    told = attack.relations.together([everything])
    for figure, where in told.printed.items():
        raise ReleaseError(f"{where} shows a hidden figure: {figure.key.spoken}, {figure.storhet}")
    of_marts = [cell for cell in everything.cells if cell.tabell in known.personer and cell.tabell.startswith("mart.")]
    marts = attack.relations.together([replace(everything, cells=of_marts)])
    for said in regionpages.strange(known, database.parent):
        raise ReleaseError(said)
    for figure in told.shown.keys() - marts.shown.keys():
        raise ReleaseError(f"a printed table shows what no mart does: {figure.key.spoken}, {figure.storhet}")


def attacked(releases: Sequence[Release], build_db: Path) -> tuple[list[attack.Open], int]:
    """What follows of the figures that releases of one year, oldest first, hide in all their tables; and how many they hide."""
    known = declaring.load()
    said = [published.read(known, each.database, catalogue.load(each.ar)) for each in releases]
    return attack.attack(known, said, ownership(build_db)), len(attack.relations.together(said).hidden)


def ownership(build_db: Path) -> dict[str, str]:
    """Who runs each unit, as the build's own database has it. Everybody can look it up."""
    if not build_db.exists():
        return {}
    with duckdb.connect(str(build_db), read_only=True) as con:
        there = con.execute("select 1 from duckdb_tables() where table_name = 'int_vantetid_enheter'").fetchone()
        found = "select vardenhet_id, max_by(agarform, period) from intermediate.int_vantetid_enheter group by 1"
        return dict(con.execute(found).fetchall()) if there else {}


def _read(known: Declared, database: Path) -> Published:
    with duckdb.connect(str(database), read_only=True) as con:
        sql.one_thread(con)
        return published.of_database(known, con)


def _facts(said: Published) -> set[object]:
    """What the marts say. A database that is being made has no printed tables yet, and they say nothing that the marts do not."""
    return {
        (cell.tabell, cell.key, cell.dold, tuple(cell.antal.items()), tuple(cell.andelar.items()))
        for cell in said.cells
        if cell.tabell.startswith("mart.")
    }


def _with_year(key: published.Key, _: Published) -> set[Family]:
    """The key's family, and of a month its year's: what the months show is in it."""
    return {(key.matt, key.serie, key.tid), (key.matt, key.serie, key.tid[:4])}


def _whole_measure(key: published.Key, now: Published) -> set[Family]:
    """Every family of the key's series."""
    return {
        (cell.key.matt, cell.key.serie, cell.key.tid)
        for cell in now.cells
        if (cell.key.matt, cell.key.serie) == (key.matt, key.serie)
    }


def _keep(known: Declared, made: Path, last: Path, families: set[Family]) -> None:
    """Put the rows of the last release in the place of the families' new ones."""
    with duckdb.connect() as con:
        con.execute(f"attach {sql.literal(made)} as ny")
        con.execute(f"attach {sql.literal(last)} as senaste (read_only)")
        con.execute("begin")
        for name, table in known.each():
            schema, mart = name.split(".")
            if schema != "mart" or not table.tid:
                continue
            columns = [_columns(con, base, mart) for base in ("ny", "senaste")]
            shared = ", ".join(sql.identifier(column) for column in columns[0] if column in columns[1])
            mine = [_is_of(table, family) for family in families if family[0] == table.matt]
            if not shared or not mine:
                continue
            meant = f"({table.urval.replace('referens.', 'ny.referens.')}) and ({' or '.join(mine)})"
            con.execute(f"delete from ny.mart.{mart} as t where {meant}")
            con.execute(
                f"insert into ny.mart.{mart} by name select {shared} from senaste.mart.{mart} as t where {meant}"
            )
        con.execute("commit")


def _columns(con: duckdb.DuckDBPyConnection, base: str, mart: str) -> list[str]:
    rows = con.execute(
        f"select column_name from duckdb_columns() where database_name = {sql.literal(base)} and schema_name = 'mart'"
        f" and table_name = {sql.literal(mart)} order by column_index"
    )
    return [row[0] for row in rows.fetchall()]


def _is_of(table: Persons, family: Family) -> str:
    """SQL: is the row of the family?"""
    _, serie, tid = family
    text = f"cast({table.tid} as varchar)"
    when = f"length({text}) = 4 and {text}" if len(tid) == 4 else f"left({text}, 7)"
    parts = [f"{when} = {sql.literal(tid)}"]
    parts += [
        f"coalesce(cast({column} as varchar), '') = {sql.literal(value)}"
        for column, value in zip(table.serie, serie, strict=True)
    ]
    return f"({' and '.join(parts)})"
