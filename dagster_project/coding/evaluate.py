"""How good the proposals are: recall and precision against what a reader found in the same report.

A measure is found when a proposal's lines meet its lines and the proposal holds most of its words; each proposal counts for one
measure at most. A fact is found when its field is proposed, on its lines, with its value.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from dagster_project.reading.names import norm
from dagster_project.sources.nulagesrapport import segments_of
from dagster_project.sources.nulagesrapport.forslag import Forslag
from dagster_project.sources.nulagesrapport.proposals import propose
from dagster_project.sources.nulagesrapport.rules import FOLDER

#: The share of a measure's words that a proposal must hold.
WORDS = 0.6


@dataclass(frozen=True)
class Matning:
    """``facit`` found by the reader, ``forslag`` by the parser, ``traffar`` by both."""

    namn: str
    facit: int
    forslag: int
    traffar: int
    missade: tuple[str, ...]
    overskott: tuple[str, ...]

    @property
    def aterfinning(self) -> float:
        return self.traffar / self.facit if self.facit else 0.0

    @property
    def precision(self) -> float:
        return self.traffar / self.forslag if self.forslag else 0.0


def read_csv(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def lines_of(text: str) -> tuple[int, int]:
    first, _, last = text.partition("-")
    return int(first), int(last or first)


def report_of(path: Path) -> list[Forslag]:
    """The proposals of the status reports in a file."""
    return [p for s in segments_of(path) if s.rapport for p in propose(s)]


def measures(proposals: list[Forslag], facit: list[dict[str, str]]) -> Matning:
    """Measures against rows with ``source_line`` and ``excerpt_as_printed``."""
    found = [p for p in proposals if p.typ == "insats"]

    def fits(row: dict[str, str], p: Forslag) -> bool:
        first, last = lines_of(row["source_line"])
        wanted = _words(row["excerpt_as_printed"])
        return (
            (p.rad or 0) <= last and (p.rad_till or 0) >= first and len(wanted & _words(p.text)) >= WORDS * len(wanted)
        )

    return _matched("insatser", facit, found, fits, lambda r: r["excerpt_as_printed"])


def facts(proposals: list[Forslag], facit: list[dict[str, str]], segment: tuple[int, int]) -> Matning:
    """Facts against rows with ``fact_code``, ``value``, ``value_as_printed``, ``source_line``; those outside the report are left out.

    A proposed fact counts as too many only where the reader's list has the field: the code frame asks for more than the list.
    """
    code = {r["forlaga"]: r["falt"] for r in read_csv(FOLDER / "kodram.csv") if r["forlaga"]}
    inside = [
        r
        for r in facit
        if r["explicitness"] != "absent"
        and r["source_line"]
        and segment[0] <= lines_of(r["source_line"])[0] <= segment[1]
    ]
    listed = {code[r["fact_code"]] for r in facit if r["fact_code"] in code}
    found = [p for p in proposals if p.typ == "uppgift" and p.forekomst == "angivet" and p.falt in listed]

    def fits(row: dict[str, str], p: Forslag) -> bool:
        first, last = lines_of(row["source_line"])
        place = (p.rad or 0) <= last and (p.rad_till or 0) >= first
        return code.get(row["fact_code"]) == p.falt and place and _same_value(row, p)

    return _matched("uppgifter", inside, found, fits, lambda r: f"{r['fact_code']} = {r['value']}")


def _same_value(row: dict[str, str], p: Forslag) -> bool:
    if row["value_type"] == "boolean":
        return p.varde == {"true": "ja", "false": "nej"}[row["value"]]
    if row["value_type"] in ("integer", "percent", "date", "month"):
        return p.varde == row["value"]
    printed = _words(row["value_as_printed"])
    return norm(row["value"]) == norm(p.varde) or len(printed & _words(p.text)) >= WORDS * max(len(printed), 1)


def _words(text: str) -> set[str]:
    return set(re.findall(r"\w{3,}", text.lower()))


def _matched(
    namn: str,
    facit: list[dict[str, str]],
    found: list[Forslag],
    fits: Callable[[dict[str, str], Forslag], bool],
    shown: Callable[[dict[str, str]], str],
) -> Matning:
    """One to one, as many as possible (augmenting paths)."""
    candidates = [[j for j, p in enumerate(found) if fits(row, p)] for row in facit]
    taken: dict[int, int] = {}

    def assign(i: int, tried: set[int]) -> bool:
        for j in candidates[i]:
            if j not in tried:
                tried.add(j)
                if j not in taken or assign(taken[j], tried):
                    taken[j] = i
                    return True
        return False

    hits = sum(assign(i, set()) for i in range(len(facit)))
    met = set(taken.values())
    return Matning(
        namn,
        len(facit),
        len(found),
        hits,
        tuple(shown(r) for i, r in enumerate(facit) if i not in met),
        tuple(f"rad {p.rad}: {p.text[:90]}" for j, p in enumerate(found) if j not in taken),
    )
