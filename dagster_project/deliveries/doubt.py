"""Values in doubt, and the sender's word that they are right.

A finding with the consequence ``tveka`` holds back the block of the row it is about, so that what was accepted before stands. A sender who
has looked confirms the value: ``bekraftat`` in the sidecar, with column, value, by whom and why.
"""

from __future__ import annotations

import re

import duckdb

from dagster_project import sql
from dagster_project.reading.findings import Anmarkning, anmark
from dagster_project.reading.formats import Format
from dagster_project.reading.sidecar import Sidofil

#: What can be confirmed, and the finding that says that it was.
NUMBERS = ("antal", "heltal", "decimal", "belopp")
CONFIRMED = "bekraftat"


def confirm(con: duckdb.DuckDBPyConnection, spec: Format, side: Sidofil, kolumn: str | None, broken: str) -> None:
    """Take the rows whose value in ``kolumn`` is confirmed out of the table ``broken``, and write it down in ``fynd``.

    Only numbers can be confirmed: of two rows with one key nobody can say which one is meant.
    """
    number = next((k for k in spec.kolumner if k.namn == kolumn and k.typ in NUMBERS), None)
    if number is None:
        return
    names = (number.namn.casefold(), number.rubrik.casefold())
    said = [_bare(b.varde) for b in side.bekraftat if b.kolumn.casefold() in names]
    cell = f"{sql.identifier(number.namn)}::varchar"
    con.execute(
        f"""
        insert into fynd by name
        select _nr, _blad, _rad, ? as kolumn, {cell} as hittat, '{CONFIRMED}' as kod from {broken} join tolkade using (_nr)
        where list_contains(?::varchar[], regexp_replace({cell}, '[.]0*$', ''))""",
        [number.namn, said],
    )
    con.execute(
        f"delete from {broken} where _nr in (select _nr from fynd where kod = '{CONFIRMED}' and kolumn = ?)",
        [number.namn],
    )


def unneeded(con: duckdb.DuckDBPyConnection, spec: Format, side: Sidofil) -> list[Anmarkning]:
    """Remarks on confirmations of what is not in doubt: it may be another column or value that the sender means."""
    if not side.bekraftat:
        return []
    found = con.execute(f"select distinct kolumn, hittat from fynd where kod = '{CONFIRMED}'").fetchall()
    used = {(name.casefold(), _bare(value)) for namn, value in found for name in (namn, spec.kolumn(namn).rubrik)}
    return [
        anmark(
            "bekraftat_utan_tvekan",
            f"Bekräftelsen av {b.varde} i kolumnen {b.kolumn} gäller inget värde som behöver bekräftas i filen. Kontrollera kolumnens namn och "
            "värdet, om något annat inte räknas.",
            kolumn=b.kolumn,
            hittat=b.varde,
            forvantat="en kolumn och ett värde i filen",
        )
        for b in side.bekraftat
        if (b.kolumn.casefold(), _bare(b.varde)) not in used
    ]


def _bare(value: str) -> str:
    """A number as it is compared: without blanks, with a decimal point, without zeroes after it."""
    text = "".join(value.split()).replace(",", ".").replace("\u2212", "-")
    return re.sub(r"\.0*$", "", text)
