"""Numbers on another scale than they should be: in thousands, without a decimal sign, in fractions, with a figure too many.

A column whose format gives it a ``skala`` is held against the last accepted value of the same thing, against the other regions of the
period, and against its own series in the delivery. What is ten, a hundred or a thousand times off is in doubt, and so does not count
until its sender confirms it.
"""

from __future__ import annotations

import math

import duckdb
import pyarrow as pa

from dagster_project import sql
from dagster_project.deliveries import wording
from dagster_project.reading import formats
from dagster_project.reading.formats import Format, Kolumn
from dagster_project.reading.typing_sql import SQL_TYPE

KOD = "annan_skala"
TEXT = "Värdet {hittat} för {vem}, {period}, är {jamfort}. Det räknas inte förrän ni har bekräftat det; det som gällde förut står kvar."
#: The table of the rows in doubt.
SCHEMA = pa.schema({"_nr": pa.int64(), "hittat": pa.string(), "jamfort": pa.string()})

#: Times from which two values of the same thing are on different scales: a ten with some change in it.
TIMES = 8
#: Of how many values a median is made, and below what the larger of two counts may be anything.
SEVERAL, FEW = 4, 50

#: The table with what counted before: the columns of :func:`compared`.
BEFORE = "historik"


def columns(spec: Format) -> list[Kolumn]:
    return [k for k in spec.kolumner if k.skala]


def compared(kalla: str) -> dict[str, str]:
    """The columns that values of a source are held against each other by, with their types; none where no format has a scale."""
    found = {
        n: k
        for spec in formats.load()[kalla]
        if columns(spec)
        for k in spec.kolumner
        for n in [k.namn]
        if k.skala or n in (spec.vem, *spec.serie)
    }
    return {n: SQL_TYPE[k.typ] for n, k in found.items()} | ({"_period": "date"} if found else {})


def load_history(con: duckdb.DuckDBPyConnection, kalla: str, before: pa.Table | None) -> None:
    """Make :data:`BEFORE`, of the rows that counted before a delivery."""
    if kept := compared(kalla):
        con.execute(f"create table {BEFORE} ({', '.join(f'{sql.identifier(n)} {t}' for n, t in kept.items())})")
        if before is not None:
            con.register("historik_in", before)
            con.execute(f"insert into {BEFORE} by name from historik_in")
            con.unregister("historik_in")


def table(kolumn: Kolumn) -> str:
    """Where the rows in doubt lie after :func:`find`: ``_nr``, ``hittat`` and ``jamfort``, what it was held against in words."""
    return f"brott_{KOD}_{kolumn.namn}"


def find(con: duckdb.DuckDBPyConnection, spec: Format, kolumn: Kolumn) -> bool:
    """Make :func:`table` of a column from ``godkand`` and :data:`BEFORE`, and say whether there is a row in it."""
    value, who = sql.identifier(kolumn.namn), sql.identifier(spec.vem)
    parts = [f"coalesce({sql.identifier(n)}::varchar, '-')" for n in spec.serie]
    same = f"concat_ws('/', {', '.join(parts)})" if parts else "''"
    of = f"{who}::varchar as vem, {same} as serie, _period, abs({value})::double as varde"
    far = f"log10({TIMES})"
    spread = f"greatest(log10({kolumn.skala}), 8 * mad(log10(varde)) over av)"
    # Of counts the small ones go up and down by themselves.
    small = "false" if kolumn.typ == "decimal" else f"greatest(a.varde, {{}}) < {FEW}"
    found = con.execute(f"""
        with nya as (
            select _nr, {of} from godkand where {value} <> 0
        ), forut as (
            select {of} from {BEFORE} where {value} <> 0
        ), forra as (
            select n._nr, arg_min(f.varde, (abs(f._period - n._period), f._period)) as forra
            from nya n join forut f using (vem, serie) group by n._nr
        ), egna as (
            select _nr, case when count(*) over av >= {SEVERAL} and abs(log10(varde) - median(log10(varde)) over av)
                > greatest({far}, 8 * mad(log10(varde)) over av) then median(varde) over av end as egna
            from nya window av as (partition by vem, serie)
        ), alla as (
            select * from nya
            union all by name
            select f.* from forut f semi join (select distinct serie, _period from nya) using (serie, _period)
                anti join nya using (vem, serie, _period)
        ), andra as (
            select _nr, case when count(*) over av >= {SEVERAL} and abs(log10(varde) - median(log10(varde)) over av) > {spread}
                then median(varde) over av
                when count(*) over av >= {SEVERAL + 2} and varde = max(varde) over av and varde >= 10 * nast
                    and nast >= 10 then nast end as andra
            from (
                select *, max(varde) over (partition by serie, _period order by varde
                    rows between unbounded preceding and 1 preceding) as nast
                from alla where vem <> '00'
            ) window av as (partition by serie, _period)
        ), matt as (
            select _nr, a.varde, case
                when abs(log10(a.varde / forra)) >= {far} and not ({small.format("forra")}) then ('det som gällde förut', forra)
                when andra is not null then ('vad de andra har samma period', andra)
                when egna is not null and not ({small.format("egna")}) then ('samma uppgift för andra perioder', egna) end as mot
            from nya a left join forra using (_nr) left join andra using (_nr) left join egna using (_nr)
        )
        select _nr, g.{value}::varchar, matt.varde / mot[2], mot[1], mot[2]
        from matt join godkand g using (_nr) where mot is not null order by _nr""").fetchall()
    told = [(nr, cell, _words(times, against, other)) for nr, cell, times, against, other in found]
    names = ("_nr", "hittat", "jamfort")
    con.register("skala_in", pa.table({n: [row[i] for row in told] for i, n in enumerate(names)}, schema=SCHEMA))
    con.execute(f"create or replace temp table {table(kolumn)} as from skala_in")
    con.unregister("skala_in")
    return bool(told)


def _words(times: float, against: str, other: float) -> str:
    """``omkring 1 000 gånger större än det som gällde förut (85)``."""
    tens = 10 ** max(1, round(abs(math.log10(times))))
    return (
        f"omkring {wording.thousands(tens)} gånger {'större' if times > 1 else 'mindre'} än {against} ({number(other)})"
    )


def number(value: float) -> str:
    """A number as it is written in Swedish, with three figures where it is no whole one."""
    if value == round(value) or value >= 1000:
        return wording.thousands(round(value))
    return f"{value:.3g}".replace(".", ",")
