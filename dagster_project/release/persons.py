"""Nobody is named in what leaves the house.

Personal data in free text is masked at the door. A release is looked through once more, in every text of its marts, before anything is
written from it: numbers and addresses in all written forms, names, and the names that an analyst has marked once for all channels and
years, a line each in ``<home>/dolda_namn.txt``. Who coded is called by a number (``pseudonym`` in ``kolumner.yml``).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import duckdb

from dagster_project import sql
from dagster_project.reading import personal
from dagster_project.settings import Home
from dagster_project.warehouse import columns as dictionary

#: Identities that we make ourselves; letters and figures in them are nobody's.
OURS = frozenset({"leverans_id", "leverans_id_foregaende_ar", "leverans_id_rekvisition", "leverans_id_redovisning"})
#: What a text must hold to be worth a look, in DuckDB's regular expressions: seven figures, an address, or two capitalised words.
_WORTH = (
    r"(\d\D{0,6}){7}|@|＠|﹫|(?i)[\s(\[{<](a|at|snabel.{0,2}a)[\s)\]}>]|\p{Lu}\p{Ll}+(-\p{Lu}?\p{Ll}+)?\s+\p{Lu}\p{Ll}"
)


def marked(home: Home) -> tuple[str, ...]:
    """The names that an analyst has marked, in their order."""
    if not home.dolda_namn.is_file():
        return ()
    lines = (" ".join(line.split()) for line in home.dolda_namn.read_text(encoding="utf-8-sig").splitlines())
    return tuple(dict.fromkeys(unicodedata.normalize("NFC", line) for line in lines if line))


def mark(home: Home, names: Iterable[str]) -> None:
    """Add names to those that are hidden."""
    kept = dict.fromkeys([*marked(home), *(" ".join(unicodedata.normalize("NFC", name).split()) for name in names)])
    unfinished = home.dolda_namn.with_suffix(".part")
    unfinished.write_text("".join(f"{name}\n" for name in kept if name), encoding="utf-8")
    unfinished.replace(home.dolda_namn)


def cover(target: Path, names: Sequence[str], tables: Iterable[str] | None = None) -> None:
    """Hide whoever is named in the database ``target``: in all its tables, or in the ``tables`` (``schema.name``).

    Reference tables are the house's own: of them only the marked names are hidden.
    """
    wanted = set(tables) if tables is not None else None
    hidden = personal.pattern_of(names)
    with duckdb.connect(str(target)) as con:
        con.execute("begin")
        found = con.execute(
            "select schema_name, table_name, column_name from duckdb_columns() "
            "where data_type = 'VARCHAR' and not internal and schema_name not in ('bygge', 'vy') order by all"
        ).fetchall()
        coders: dict[str, list[tuple[str, str]]] = {}
        read: dict[str, list[str]] = {}
        for schema, table, column in found:
            if column in OURS or (wanted is not None and f"{schema}.{table}" not in wanted):
                continue
            place = f"{schema}.{sql.identifier(table)}"
            if schema == "mart" and (known := dictionary.load().get(column)) and known.pseudonym:
                coders.setdefault(known.pseudonym, []).append((place, column))
            if schema != "referens" or hidden:
                read.setdefault(place, []).append(column)
        _mask(con, read, hidden)
        for word, places in coders.items():
            _number(con, word, places)
        con.execute("commit")


def named_in(database: Path, names: Sequence[str]) -> bool:
    """Is any of the names in the database, in a mart or a printed table?"""
    hidden = personal.pattern_of(names)
    if hidden is None:
        return False
    with duckdb.connect(str(database), read_only=True) as con:
        texts = con.execute(
            "select schema_name, table_name, column_name from duckdb_columns() where data_type = 'VARCHAR' and not internal"
        ).fetchall()
        return any(
            hidden.search(unicodedata.normalize("NFC", value))
            for schema, table, column in texts
            for (value,) in con.execute(
                f"select distinct {sql.identifier(column)} from {schema}.{sql.identifier(table)} where {sql.identifier(column)} is not null"
            ).fetchall()
        )


def _mask(con: duckdb.DuckDBPyConnection, columns: Mapping[str, Sequence[str]], hidden: re.Pattern[str] | None) -> None:
    """Mask the texts of columns, by table: all that is personal, or in a reference table only what matches ``hidden``."""
    every = [(place, column) for place, names in columns.items() for column in names]
    con.execute("create or replace temp table texter (kolumn integer, text varchar)")
    for place, names in columns.items():
        numbers = ", ".join(str(every.index((place, column))) for column in names)
        texts = ", ".join(map(sql.identifier, names))
        con.execute(f"insert into temp.texter select distinct unnest([{numbers}]), unnest([{texts}]) from {place}")
    # All texts at once: what they are searched for costs more to prepare than the search in a column.
    worth = "text is not null" if hidden else f"regexp_matches(text, {sql.literal(_WORTH)})"
    con.execute(
        f"create or replace temp table varda as select text from (select distinct text from temp.texter) where {worth}"
    )
    changed: dict[int, list[tuple[str, str]]] = {}
    for number, value in con.execute("from temp.texter semi join temp.varda using (text) order by all").fetchall():
        text = personal.hide(value, hidden)
        everything = not every[number][0].startswith("referens.")
        covered = personal.mask(text)[0] if everything and not _a_number(text) else text
        if covered != value:
            changed.setdefault(number, []).append((value, covered))
    for number, pairs in changed.items():
        _replace(con, every[number][0], sql.identifier(every[number][1]), pairs)
    con.execute("drop table temp.texter; drop table temp.varda")


def _replace(con: duckdb.DuckDBPyConnection, place: str, name: str, changed: Sequence[tuple[str, str]]) -> None:
    if changed:
        pairs = ", ".join(f"({sql.literal(old)}, {sql.literal(new)})" for old, new in changed)
        con.execute(
            f"update {place} set {name} = p.efter from (values {pairs}) as p(fore, efter) where {name} = p.fore"
        )


def _a_number(text: str) -> bool:
    """Is a whole text of ten figures an amount or a count? A personal identity number has the right last figure."""
    if not re.fullmatch(r"\d{10}", text):
        return False
    doubled = (int(figure) * (2 - place % 2) for place, figure in enumerate(text))
    return sum(n // 10 + n % 10 for n in doubled) % 10 != 0


def _number(con: duckdb.DuckDBPyConnection, word: str, places: Sequence[tuple[str, str]]) -> None:
    """Call those named in these columns, alone or several with commas between, by the ``word`` and a number."""
    listed = {
        place_column: [value for (value,) in con.execute(_distinct(*place_column)).fetchall()]
        for place_column in places
    }
    known = sorted({who for values in listed.values() for value in values for who in value.split(", ")})
    named = [
        who for who in known if not re.fullmatch(rf"{word} \d+", who)
    ]  # not those of a mart from an earlier release
    given = {who: who for who in known} | {who: f"{word} {number}" for number, who in enumerate(named, 1)}
    for (place, column), values in listed.items():
        _replace(
            con,
            place,
            sql.identifier(column),
            [(value, ", ".join(sorted({given[who] for who in value.split(", ")}))) for value in values],
        )


def _distinct(place: str, column: str) -> str:
    name = sql.identifier(column)
    return f"select distinct {name} from {place} where {name} is not null order by all"
