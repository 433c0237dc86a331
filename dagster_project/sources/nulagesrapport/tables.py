"""The tables of a report: header row, what each column holds, the unit in caption or header, and the rows with their area.

A table is a run of rows. Which words a heading of a column, a cell of status and a caption use is data (``tabeller`` in ``regler.yml``).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from dagster_project.reading import amounts
from dagster_project.reading.amounts import Belopp
from dagster_project.sources.nulagesrapport.blocks import Block
from dagster_project.sources.nulagesrapport.rules import Omrade, rules
from dagster_project.sources.nulagesrapport.segments import Segment
from dagster_project.sources.nulagesrapport.sentences import walk

CELLS = re.compile(r"\s*\|\s*")
UNIT = re.compile(
    r"(?:\(|\bi |, |[–:-] |\bbelopp |^)(?P<enhet>tkr|kkr|ksek|tsek|mnkr|mkr|msek|mdkr|tusental(?: kronor| kr)?|tusen kronor"
    r"|miljoner(?: kronor| kr)?|kronor|kr|sek)\b",
    re.IGNORECASE,
)
NUMBER = re.compile(r"[-−–]?\d[\d \u00a0.,]*")
#: Rows that may stand above the header: a title across the table.
ABOVE = 2


@dataclass(frozen=True)
class Kolumn:
    """A column: its heading, what it holds (a key of ``tabeller.kolumner``, blank where nothing tells) and its unit of money."""

    rubrik: str
    roll: str
    enhet: str | None


@dataclass(frozen=True)
class Tabellrad:
    """A row with its place in the document and the cells by column."""

    celler: tuple[str, ...]
    block: Block
    omrade: int  # the row's own, otherwise the table's
    eget: bool  # the row itself names its area
    summa: bool

    @property
    def text(self) -> str:
        return " | ".join(c for c in self.celler if c)


@dataclass(frozen=True)
class Tabell:
    kolumner: tuple[Kolumn, ...]
    rader: tuple[Tabellrad, ...]
    rubrik: str
    roll: str  # what is told where the table stands

    def column(self, *roles: str) -> int | None:
        """The first column that holds one of these, in their order."""
        return next((i for role in roles for i, k in enumerate(self.kolumner) if k.roll == role), None)

    def money(self) -> list[tuple[int, str]]:
        """The columns of money with their kind of cost."""
        return [(i, k.roll) for i, k in enumerate(self.kolumner) if k.roll in rules().kostnadsslag and k.enhet]

    def amount(self, row: Tabellrad, i: int) -> Belopp | None:
        """The amount in a cell, read with the cell's own unit or the column's."""
        cell = row.celler[i] if i < len(row.celler) else ""
        return amounts.read(cell, self.kolumner[i].enhet) if re.search(r"\d", cell) else None


def tables(segment: Segment, words: tuple[Omrade, ...]) -> Iterator[Tabell]:
    """The tables of a report in order."""
    run: list[tuple[Block, int, str, str]] = []
    before: list[str] = []
    for block, area, heading, role in walk(segment):
        if block.slag == "tabellrad":
            run.append((block, area, heading, role))
            continue
        if run:
            yield _table(run, [*before[-2:], block.text], words)
            run, before = [], []
        if block.slag != "artefakt":
            before.append(block.text)
    if run:
        yield _table(run, before[-2:], words)


def _table(run: list[tuple[Block, int, str, str]], around: list[str], words: tuple[Omrade, ...]) -> Tabell:
    _, area, heading, role = run[0]
    rows = [CELLS.split(block.text) for block, *_ in run]
    top = next((i for i, cells in enumerate(rows[:ABOVE]) if _is_header(cells)), None)
    captions = [*around, heading, *(" ".join(cells) for cells in rows[: top or 0])]
    unit = next((u for text in captions if (u := unit_of(text))), None)
    width = max(map(len, rows))
    header = [*rows[top], *[""] * width][:width] if top is not None else [""] * width
    columns = tuple(_column(text, unit) for text in header)
    body = list(zip(rows, run, strict=True))[0 if top is None else top + 1 :]
    return Tabell(
        columns, tuple(_row(cells, block, area, columns, words) for cells, (block, *_) in body), heading, role
    )


def _is_header(cells: list[str]) -> bool:
    return not any(NUMBER.fullmatch(c) for c in cells if c) and sum(bool(_role(c)) for c in cells) >= min(2, len(cells))


def _role(text: str) -> str:
    return next((m.kod for m in rules().kolumner if m.monster.search(text)), "")


def _column(text: str, unit: str | None) -> Kolumn:
    role = _role(text)
    own = unit_of(text)
    return Kolumn(text, role or ("kostnad" if own else ""), own or (unit if role in rules().kostnadsslag else None))


def unit_of(text: str) -> str | None:
    """The unit of money that a caption or heading states for what stands below it."""
    match = next(reversed(list(UNIT.finditer(text))), None)
    if match is None or re.search(r"\d\s*$", text[: match.start("enhet")]):
        return None
    return re.sub(r"(?<=[a-zåäö]) (?:kronor|kr)$", "", match["enhet"].lower())


def _row(
    cells: list[str], block: Block, area: int, columns: tuple[Kolumn, ...], words: tuple[Omrade, ...]
) -> Tabellrad:
    labelled = next((i for i, k in enumerate(columns) if k.roll == "omrade"), 0)
    label = cells[labelled] if labelled < len(cells) else ""
    total = rules().summarad.search(cells[0]) is not None
    own = 0 if total else area_of(label, words)
    return Tabellrad(tuple(cells), block, own or area, bool(own), total)


def area_of(label: str, words: tuple[Omrade, ...]) -> int:
    """The area that a label names: by its words, or by the number or letter that it begins with."""
    named = next((w.omrade for w in reversed(words) if w.i_rubrik.search(label)), 0)
    number = re.match(r"\s*(?:område\s+)?(?:(\d)|([A-E]))[.:)\s]", label, re.IGNORECASE)
    if number:
        numbered = int(number[1]) if number[1] else "abcde".index(number[2].lower()) + 1
        if numbered in {w.omrade for w in words}:
            return numbered
    return named
