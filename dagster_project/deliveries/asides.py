"""Rows that are not data: totals, and sources and notes under a table; and rows that a later sheet of the workbook replaces.

They are set aside with one remark each kind and are no rows of the delivery: nothing is counted of them, and they are no faults of it.
What a total says is held against the rows it sums up, and a row that is the sum of the others is asked about.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Sequence
from functools import cache

import duckdb

from dagster_project import sql
from dagster_project.reading import limits, typing_sql
from dagster_project.reading.findings import Anmarkning, anmark
from dagster_project.reading.formats import Format
from dagster_project.settings import SEEDS

#: A row set aside: sheet, row, the cell that says what it is.
Rad = tuple[str | None, int, str]

#: Words from which a text is one, and no name that is not in a list.
SENTENCE = 4

#: Measures that can be summed.
SUMMED = ("antal", "heltal", "belopp")


@cache
def _words(slag: str) -> str:
    with (SEEDS / "formats" / "radord.csv").open(encoding="utf-8", newline="") as file:
        return "|".join(re.escape(row["ord"]) for row in csv.DictReader(file) if row["slag"] == slag)


@cache
def total() -> str:
    """What a cell says that is the name of a total, as a pattern of Python and DuckDB alike."""
    return f"(?i:(?:{_words('summa_forst')})(?:[ ,:.(](?s:.*))?|(?s:.*)[ ,(](?:{_words('summa_sist')})[).:]*)"


@cache
def note() -> str:
    """What a cell says that is a source or a note."""
    return f"(?i:(?:{_words('not')})(?:[ :.,](?s:.*))?)|(?:[*†‡]+|[0-9]{{1,2}}[)]|[¹²³⁴-⁹]) ?[^ 0-9](?s:.*)"


def no_data(cells: Sequence[str]) -> str | None:
    """The cell that says that a row which does not fit the table is no data; None where none does."""
    filled = [c for c in cells if c]
    if not filled:
        return None
    alone = len(filled) == 1 and (re.fullmatch(note(), filled[0]) or len(filled[0].split()) >= SENTENCE)
    return filled[0] if alone or re.fullmatch(total(), filled[0]) else None


def set_aside(
    con: duckdb.DuckDBPyConnection, spec: Format, present: set[str], unfit: Sequence[Rad]
) -> list[Anmarkning]:
    """Take the rows that are no data out of ``inlast`` and ``tolkad``; those of them that could be typed are kept in ``summarader``.

    :param unfit: those that were set aside before, for their cells were not those of the table.
    """
    columns = [k for k in spec.kolumner if k.namn in present]
    labels = [k for k in columns if k.typ in ("region", "kommun") or k.summarader]
    filled = [
        f"case when {_cell(k.namn)} is not null and {_cell(k.namn)} not like '#SAMMANSLAGEN%' then {sql.literal(k.namn)} end"
        for k in columns
    ]
    says = [
        f"when regexp_full_match({_cell(k.namn)}, {sql.literal(f'{total()}|{note()}')})"
        + ("" if k.typ == "beteckning" else f" and t.{sql.identifier(k.namn)} is null")
        + f" then {sql.literal(k.namn)}"
        for k in labels
    ]
    names = ", ".join(sql.literal(k.namn) for k in columns)

    def of(which: str) -> str:
        """The cell of the column whose name is given, as SQL over ``rader``."""
        return f"celler[list_position([{names}], {which})]"

    con.execute(f"""
        create temp table undantag as
        with rader as (
            select i._nr, i._blad, i._rad, [{", ".join(_cell(k.namn) for k in columns)}] as celler,
                list_filter([{", ".join(filled)}], k -> k is not null) as fyllda,
                {f"case {' '.join(says)} end" if says else "null"} as sager,
                list_transform(list_filter(t._fel, f -> f.kod <> 'tom'), f -> f.kolumn) as olasta,
                list_contains(list_transform(t._fel, f -> f.kod), 'tom') as brister
            from inlast i join tolkad t using (_nr)
        ), ensamma as (
            select r._nr, fyllda[1] as sager,
                {of("fyllda[1]")} as text,
                list_contains(olasta, fyllda[1]) and r._rad > coalesce(
                    max(r._rad) filter (where len(fyllda) > 1) over (partition by r._blad), 0) as under
            from rader r
            qualify len(fyllda) = 1 and brister
        )
        select _nr, _blad, _rad, coalesce(r.sager, e.sager) as kolumn, {of("coalesce(r.sager, e.sager)")} as hittat,
            regexp_full_match({of("r.sager")}, {sql.literal(total())}) as namn
        from rader r left join ensamma e using (_nr)
        where r.sager is not null or regexp_full_match(e.text, {sql.literal(note())})
            or e.under and len(string_split(e.text, ' ')) >= {SENTENCE}""")
    con.execute(
        "create temp table summarader as select t.*, u.kolumn as _namn from tolkad t join undantag u using (_nr) where u.namn"
    )
    for table in ("inlast", "tolkad"):
        con.execute(f"delete from {table} where _nr in (select _nr from undantag)")
    rows: list[Rad] = [*unfit, *con.execute("select _blad, _rad, hittat from undantag").fetchall()]
    return _told(sorted(rows, key=lambda r: (r[0] or "", r[1])))


def _cell(name: str) -> str:
    return f"i.{sql.identifier(name)}"


def _told(rows: Sequence[Rad]) -> list[Anmarkning]:
    if not rows:
        return []
    numbers = [str(row) for _, row, _ in rows[: limits.LISTED]]
    where = numbers[0] if len(numbers) == 1 else f"{', '.join(numbers[:-1])} och {numbers[-1]}"
    more = f" (av {len(rows)} sådana rader)" if len(rows) > limits.LISTED else ""
    what = "Raden är en summa eller en text" if len(rows) == 1 else "Raderna är summor eller texter"
    message = f"{what} vid tabellen och har inte lästs som uppgifter: rad {where}{more}."
    found = typing_sql.shown("; ".join(text for *_, text in rows[: limits.LISTED]))
    return [
        anmark("ej_uppgifter", message, blad=rows[0][0], rad=rows[0][1], hittat=found, forvantat="en rad per uppgift")
    ]


# --- sheets ---------------------------------------------------------------------------------------------------------------


def later_sheet(con: duckdb.DuckDBPyConnection, spec: Format, sheets: Sequence[str | None]) -> list[Anmarkning]:
    """Take out the rows whose key stands on a later sheet of the workbook, and say which sheet counts.

    :param sheets: the names of the sheets that were read, in the workbook's order.
    """
    if len(sheets) < 2 or not spec.nyckel:
        return []
    keys = ", ".join(map(sql.identifier, spec.nyckel))
    known = " and ".join(f"{sql.identifier(n)} is not null" for n in spec.nyckel if not spec.kolumn(n).tom)
    con.execute(
        "create temp table bladordning as select unnest(?::varchar[]) as _blad, unnest(?::int[]) as plats",
        [list(sheets), list(range(len(sheets)))],
    )
    con.execute(f"""
        create temp table aldre_blad as
        select _nr, _blad, sist from (
            select _nr, _blad, plats, max(plats) over (partition by {keys}) as sist
            from tolkad join bladordning using (_blad) where {known}
        ) where plats < sist""")
    found = con.execute("select _blad, sist, count(*) from aldre_blad group by all order by all").fetchall()
    for table in ("inlast", "tolkad"):
        con.execute(f"delete from {table} where _nr in (select _nr from aldre_blad)")
    return [
        anmark(
            "senare_blad",
            f"{n} {'rad' if n == 1 else 'rader'} på bladet {older} finns också på bladet {sheets[last]}, som ligger senare i arbetsboken. "
            f"Uppgifterna på bladet {sheets[last]} gäller.",
            blad=older,
            hittat=f"{n} {'rad' if n == 1 else 'rader'}",
            forvantat="samma uppgift på ett blad",
        )
        for older, last, n in found
    ]


# --- sums -----------------------------------------------------------------------------------------------------------------


def sums(con: duckdb.DuckDBPyConnection, spec: Format, present: set[str]) -> list[Anmarkning]:
    """Remarks on totals that are not the sum of the rows, and on rows that are the sum of the others."""
    measures = [k for k in spec.kolumner if k.namn in present and k.typ in SUMMED]
    names = [k for k in spec.kolumner if k.namn in spec.nyckel and (k.typ == "region" or k.summarader)]
    if not spec.nyckel or not measures or spec.storlek == "stor":
        return []
    said: list[Anmarkning] = []
    for k in names:
        label, others = sql.identifier(k.namn), [spec.kolumn(n) for n in spec.nyckel if n != k.namn]
        rows = f"(select * from godkand where {label} <> '00')"
        alike = " and ".join(
            f"({'' if o.tom else f't.{sql.identifier(o.namn)} is null or '}r.{sql.identifier(o.namn)} is not distinct from t.{sql.identifier(o.namn)})"
            for o in others
        )
        for m in measures:
            value = sql.identifier(m.namn)
            said += [
                anmark(
                    "summa_stammer_inte",
                    f"Summan {found} i kolumnen {m.rubrik} är inte summan av raderna. Raderna har räknats, inte summan.",
                    blad=blad,
                    rad=row,
                    kolumn=m.rubrik,
                    hittat=str(found),
                    forvantat=str(right),
                )
                for blad, row, found, right in con.execute(f"""
                    select any_value(t._blad), any_value(t._rad), any_value(t.{value}), sum(r.{value})
                    from summarader t join {rows} r on {alike or "true"}
                    where t._namn = {sql.literal(k.namn)} and t.{value} is not null
                    group by t._nr having sum(r.{value}) <> any_value(t.{value}) order by 1, 2""").fetchall()
            ]
        window = f"over (partition by {', '.join([sql.identifier(o.namn) for o in others] or ['1'])})"
        counts = [sql.identifier(m.namn) for m in measures]
        twice = " and ".join(f"2 * coalesce({c}, 0) = sum(coalesce({c}, 0)) {window}" for c in counts)
        alone = f"count(*) filter (where {' + '.join(f'abs(coalesce({c}, 0))' for c in counts)} > 0) {window} >= 3"
        nonzero = " or ".join(f"{c} > 0" for c in counts)
        said += [
            anmark(
                "lika_med_summan",
                "Uppgifterna på raden är lika med summan av de andra raderna. Är raden en summa: ta bort den och skicka filen igen.",
                blad=blad,
                rad=row,
                kolumn=k.rubrik,
                hittat=typing_sql.shown(found),
                forvantat="en rad per uppgift",
            )
            for blad, row, found in con.execute(
                f"select _blad, _rad, {label} from {rows} where {nonzero} qualify {twice} and {alone} order by _nr limit {limits.LISTED}"
            ).fetchall()
        ]
    return said
