"""Tables that were turned on their side for reading, turned back: one row per value.

The layout is that of the statistical database of Socialstyrelsen, whatever its subject: a title with the subject and its filters, a
row of years, a row of months (or the years alone) that begins with ``Region``, a row per region, a foot with the day of extraction.
"""

from __future__ import annotations

import re

from dagster_project.reading.names import MONTHS, norm
from dagster_project.reading.sheets import Blad, Rad

HEADINGS = ["Ämne", "Region", "Period", "Värde", "Status", "Uttagen"]

#: The number of a month by its name, whole or its first three letters.
NUMBERS = {norm(spelling): number for number, name in enumerate(MONTHS, 1) for spelling in (name, name[:3])}

#: What stands in a cell without a figure, and the status it means: too few to be shown, not available.
STATUS = {"n": "c", "": "x"}

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_PERIOD = re.compile(r"\d{4}-\d{2}")


def tidy(blad: Blad) -> Blad:
    """The sheet as rows of :data:`HEADINGS`, each with the row number of its cell. A sheet in another layout is left as it is."""
    heading = next(
        (i for i, (_, cells) in enumerate(blad.rader) if cells and norm(cells[0]) == "region" and len(cells) > 1), None
    )
    if heading is None:
        return blad
    above = [(nr, cells) for nr, cells in blad.rader[:heading] if any(cells)]
    below = [(nr, cells) for nr, cells in blad.rader[heading + 1 :] if any(cells)]
    title = next((cells[0] for _, cells in above if cells[0] and not any(cells[1:])), "")
    foot = next(
        (match[0] for _, cells in reversed(below) if not any(cells[1:]) and (match := _DAY.search(cells[0]))), ""
    )
    periods = _periods(blad.rader[heading][1], above[-1][1] if above else [])
    if not any(_PERIOD.fullmatch(period) for period in periods):
        return blad
    rows: list[Rad] = [(blad.rader[heading][0], HEADINGS)]
    for nr, cells in below:
        if not any(cells[1:]):
            continue
        for i, period in enumerate(periods, 1):
            cell = cells[i] if i < len(cells) else ""
            status = STATUS.get(norm(cell), "")
            rows.append((nr, [title, cells[0], period, "" if status else cell, status, foot]))
    return Blad(blad.namn, rows, blad.sammanslagna, blad.anmarkningar)


def _periods(heading: list[str], above: list[str]) -> list[str]:
    """The period of each column: the month of the heading and the year above it, or the year of the heading alone."""
    found, year = [], ""
    for i, cell in enumerate(heading[1:], 1):
        year = above[i] if i < len(above) and above[i] else year
        month = NUMBERS.get(norm(cell))
        found.append(
            f"{year}-{month:02d}"
            if month
            else f"{cell}-01"
            if re.fullmatch(r"\d{4}", cell)
            else f"{year} {cell}".strip()
        )
    return found
