"""What the names of sheets say of their rows, where the rows do not say it themselves: ``Kvinnor`` and ``Män``, ``mars`` and ``april``.

Rows of such a sheet would be read as something else than its sender means: as everybody, or as another sheet's period.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

import duckdb

from dagster_project.deliveries import wording
from dagster_project.reading import typing_sql
from dagster_project.reading.findings import Anmarkning, avvisa
from dagster_project.reading.formats import Format, Traff
from dagster_project.reading.names import MONTHS, norm

_MONTHS = {norm(spelling): number for number, name in enumerate(MONTHS, 1) for spelling in (name, name[:3])}


def unsaid(con: duckdb.DuckDBPyConnection, spec: Format, sheets: Sequence[Traff]) -> list[Anmarkning]:
    """Refusals: a sheet is called as an answer in a column of the key that it lacks, and two sheets without a column of the period as
    different periods."""
    found = []
    for t in sheets:
        lacking = [spec.kolumn(n) for n in spec.nyckel if n not in t.celler]
        for column in lacking:
            if column.typ != "kod" or not t.blad.namn or column.standard is None:
                continue
            kod = typing_sql.lookup(con, str(column.lista), t.blad.namn)
            if kod is not None and kod != column.standard:
                found.append(_refusal(t.blad.namn, column.rubrik, f"ett svar i kolumnen {column.rubrik}"))
    if not any(spec.period.kolumn in t.celler for t in sheets):
        called = {t.blad.namn: said for t in sheets if t.blad.namn and (said := _period(t.blad.namn))}
        if len(set(called.values())) > 1:
            names = wording.listed(list(called))
            text = (
                f"Bladen {names} heter som olika perioder, men perioden står inte på raderna. Lägg till en kolumn med perioden "
                "på bladen, eller lämna varje period i en egen fil."
            )
            found.append(avvisa("blad_per_period", text, hittat=names, forvantat="en period för varje rad"))
    return found


def _refusal(blad: str, rubrik: str, what: str) -> Anmarkning:
    text = (
        f"Bladet {blad} heter som {what}, men den kolumnen finns inte på bladet, så raderna skulle läsas som något annat. Lägg till "
        f"kolumnen {rubrik}, eller ge bladet ett annat namn."
    )
    return avvisa("blad_som_svar", text, blad=blad, kolumn=rubrik, hittat=blad, forvantat=f"kolumnen {rubrik}")


def _period(name: str) -> tuple[int | None, int | None] | None:
    """Year and month that the name of a sheet says and nothing else (``mars``, ``mars 2020``, ``2020-03``, ``2019``)."""
    words = re.findall(r"[^\W\d_]+|\d+", name)
    year = month = None
    for word in words:
        if re.fullmatch("(?:19|20)[0-9]{2}", word) and year is None:
            year = int(word)
        elif (
            number := _MONTHS.get(norm(word)) or (int(word) if re.fullmatch("0?[1-9]|1[0-2]", word) else 0)
        ) and month is None:
            month = number
        else:
            return None
    alone = len(words) == 1 and words[0].isdigit() and year is None
    return None if alone or (year, month) == (None, None) else (year, month)
