"""How good the proposals are: recall and precision against what a reader found in the same report.

A report with a key is any document with ``<its name>.facit.csv`` beside it: a row per thing that the reader found, with the columns

- ``typ``: ``insats``, ``uppgift``, ``belopp`` (an amount in running text), ``kostnad`` (an amount of an area or of the report) or
  ``resultat``;
- ``omrade``: the area, 0 for the report or a text that is not divided, blank where it does not matter;
- ``citat``: the words that say it;
- ``falt``: the field of a fact, or the kind of cost (``tilldelat``, ``budget``, ``forbrukat``, ``prognos``, ``kostnad``);
- ``varde``: of a fact or a result; ``status``: of a measure (not weighed); ``kronor``: of an amount, a cost, or a measure that has one.

A measure is found when a proposal holds most of its words, a fact when its field is proposed with its value, an amount when its kronor are
proposed with its words, a cost when area, kind and kronor are right. One to one.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from dagster_project.errors import UserError
from dagster_project.reading.names import norm
from dagster_project.reading.sidecar import Sidofil
from dagster_project.sources.nulagesrapport import segments_of, words
from dagster_project.sources.nulagesrapport.forslag import Forslag
from dagster_project.sources.nulagesrapport.proposals import propose
from dagster_project.sources.nulagesrapport.rules import FOLDER

#: What a document with a key may be, and what a key has.
SUFFIXES = (".docx", ".pdf", ".txt", ".xlsx")
COLUMNS = ("typ", "omrade", "citat", "falt", "varde", "status", "kronor")
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


def report_of(path: Path, sidecar: Sidofil | None = None) -> list[Forslag]:
    """The proposals of the reports in a file."""
    return [p for s in segments_of(path, sidecar) if s.rapport for p in propose(s)]


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


def keys_in(folder: Path) -> Iterator[tuple[Path, list[dict[str, str]]]]:
    """The documents of a folder that have a key, with it.

    :raises UserError: there is none, or a key lacks a column.
    """
    found = [
        (path, key)
        for path in sorted(folder.iterdir())
        if path.suffix.lower() in SUFFIXES and (key := path.with_suffix(".facit.csv")).is_file()
    ]
    if not found:
        raise UserError(f"no document in {folder} has a key beside it, <its name>.facit.csv")
    for path, key in found:
        rows = read_csv(key)
        if missing := [c for c in COLUMNS if rows and c not in rows[0]]:
            raise UserError(f"{key}: column {', '.join(missing)} is missing")
        yield path, rows


def measure(proposals: list[Forslag], key: list[dict[str, str]]) -> list[Matning]:
    """Each type of a key against the proposals of the same document."""
    stated = [p for p in proposals if p.forekomst == "angivet"]

    def of(namn: str, found: list[Forslag], rows: list[dict[str, str]], fits: Callable[..., bool]) -> Matning:
        return _matched(
            namn, rows, found, fits, lambda r: " ".join(x for x in (r["falt"], r["varde"], r["citat"]) if x)
        )

    def rows(typ: str) -> list[dict[str, str]]:
        return [r for r in key if r["typ"] == typ]

    def kind(typ: str) -> list[Forslag]:
        return [p for p in stated if p.typ == typ]

    with_cost = [p for p in kind("insats") if p.kostnad_kr is not None]
    costs = [p for p in kind("kostnad") if p.kostnad_kr is not None]
    return [
        of("insatser", kind("insats"), rows("insats"), lambda r, p: _quoted(r, p, WORDS) and _same_area(r, p)),
        of(
            "belopp på insatser",
            with_cost,
            [r for r in rows("insats") if r["kronor"]],
            lambda r, p: _quoted(r, p, WORDS) and _same_kronor(r, p),
        ),
        of("uppgifter", kind("uppgift"), rows("uppgift"), lambda r, p: r["falt"] == p.falt and _fits_value(r, p)),
        of("belopp", kind("belopp"), rows("belopp"), lambda r, p: _quoted(r, p, WORDS) and _same_kronor(r, p)),
        of(
            "kostnader",
            costs,
            rows("kostnad"),
            lambda r, p: _same_area(r, p) and r["falt"] == p.falt and _same_kronor(r, p),
        ),
        of(
            "resultat",
            kind("resultat"),
            rows("resultat"),
            lambda r, p: (
                _quoted(r, p, WORDS) and _same_area(r, p) and (not r["varde"] or r["varde"] == words.share(p.varde))
            ),
        ),
    ]


def _quoted(row: dict[str, str], p: Forslag, share: float) -> bool:
    wanted = _words(row["citat"])
    return len(wanted & _words(p.text)) >= share * len(wanted)


def _same_area(row: dict[str, str], p: Forslag) -> bool:
    return row["omrade"] in ("", str(p.omrade))


def _same_kronor(row: dict[str, str], p: Forslag) -> bool:
    return row["kronor"] == str(p.kostnad_kr)


def _fits_value(row: dict[str, str], p: Forslag) -> bool:
    if norm(row["varde"]) == norm(p.varde):
        return True
    wanted = _words(row["varde"])
    return len(wanted) > 1 and len(wanted & _words(p.varde)) >= WORDS * len(wanted)


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
