"""The analysts' coding: tables with a row per decision, each with what the code frame allows beside it, for the suite to hold it to.

The columns beside (``ram_…``) are the door's own: no coder writes them, and they go no further.
"""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from pathlib import Path

from dagster_project.reading import files as reading
from dagster_project.reading.names import norm
from dagster_project.reading.sheets import Blad
from dagster_project.reading.sidecar import Sidofil
from dagster_project.sources import Source
from dagster_project.sources.nulagesrapport.rules import area_words, code_frame, rules

#: The columns beside a row, by heading; those of ``seeds/formats/kodning``.
RAM = ("Ramens typ", "Ramens värden", "Ramens områden", "Ramens teman", "Ramens högsta")
#: A value that is no field of anything.
OKANT = "okant"
#: How a point is answered; the first where the coder only says that it is.
PUNKTVARDEN = "besvarad|uppfyllt|delvis"
TALES_OF_NO_FIELD = ("insats", "resultat")


def read(path: Path, _: Sidofil) -> list[Blad]:
    """A coding's sheets with the frame beside every row.

    :raises Avvisad: the file cannot be read as a table.
    """
    return [_beside(blad) for blad in reading.read(path)]


def _beside(blad: Blad) -> Blad:
    """A sheet with the columns of the frame at its end; what stands in columns of their names is not the frame's."""
    rows, at = [], None
    own = {norm(name) for name in RAM}
    for nr, row in blad.rader:
        cells = row
        if at is None:
            names = [norm(c) for c in cells]
            if {"typ", "falt"} <= set(names):
                at = {
                    name: names.index(norm(name)) for name in ("typ", "falt", "overenskommelse") if norm(name) in names
                }
                width = len(cells)
                cells = [*("" if n in own else c for c, n in zip(cells, names, strict=True)), *RAM]
        elif any(cells):
            kind, field, agreement = (
                cells[at[n]].strip() if n in at and at[n] < len(cells) else ""
                for n in ("typ", "falt", "overenskommelse")
            )
            cells = [*cells, *[""] * (width - len(cells))][:width] + _frame(kind.lower(), field, agreement)
        rows.append((nr, cells))
    return replace(blad, rader=rows)


def _frame(kind: str, field: str, agreement: str) -> list[str]:
    """What may stand in a row: type and values of its field, the agreement's areas, the themes, the highest number."""
    typ, values, high = _field(kind, field, agreement)
    known = [str(w.omrade) for w in area_words(agreement)]
    areas = "|".join(["0", *known]) if known else ""  # of an agreement without listed areas any will do
    return [typ, values, areas, "|".join(m.kod for m in rules().listor["tema"]), high]


def _field(kind: str, field: str, agreement: str) -> tuple[str, str, str]:
    if kind == "uppgift":
        known = _fields().get(field)
        return known or (OKANT, "", "")
    if kind == "täckning":
        own = {p["punkt"] for p in rules().punkter if p["overenskommelse"] == agreement}
        return ("kod" if field in own or not own else OKANT, PUNKTVARDEN, "")
    if kind == "kostnad":
        return ("kostnad" if not field or field in rules().kostnadsslag else OKANT, "", "")
    return ("" if not field or kind not in TALES_OF_NO_FIELD else OKANT, "", "")


@cache
def _fields() -> dict[str, tuple[str, str, str]]:
    """Per field of the code frame its type (``koder`` where several values may be given), values and highest number."""
    found = {}
    for f in code_frame():
        several = any("flerval" in v or ";" in v for v in f.varden)
        values = [v.replace("(flerval)", "").strip() for each in f.varden for v in each.split(";")]
        typ = "koder" if several else f.typ
        found[f.falt] = (typ, "|".join(v for v in values if v), str(f.hogst or ""))
    return found


SOURCE = Source("kodning", read=read)
