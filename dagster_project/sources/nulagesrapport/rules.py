"""The dictionaries of ``seeds/nulagesrapport/``, read once: headings, document types, word lists, the agreement's points and the code frame."""

from __future__ import annotations

import csv
import difflib
import re
from dataclasses import dataclass
from functools import cache
from typing import Any

from dagster_project.reading.names import norm
from dagster_project.settings import SEEDS, read_yaml

FOLDER = SEEDS / "nulagesrapport"
#: How alike a heading must be to a known one, and how much of a known one a beginning must cover to go on reading lines.
LIKE = 0.88


@dataclass(frozen=True)
class Rubrik:
    """A known heading: its area (0 none), level, what stands below it, and the template of reports that it is of."""

    rubrik: str
    omrade: int
    niva: int
    roll: str  # titel, behallare, nulage, insatser, ekonomi
    mall: str


@dataclass(frozen=True)
class Monster:
    """A pattern that gives a code."""

    kod: str
    monster: re.Pattern[str]


@dataclass(frozen=True)
class Dokumenttyp:
    typ: str
    titel: re.Pattern[str]  # of a line without the dots of Swedish letters
    rader: int  # the title stands within so many lines of the page


@dataclass(frozen=True)
class Falt:
    """A field of the code frame, and the template of reports that it is of."""

    falt: str
    mall: str
    typ: str
    monster: re.Pattern[str] | None
    varde: str


@dataclass(frozen=True)
class Regler:
    behall_fore: frozenset[str]
    behall_led: frozenset[str]
    dokumenttyper: tuple[Dokumenttyp, ...]
    brevhuvud: re.Pattern[str]
    overenskommelser: tuple[Monster, ...]
    status: tuple[Monster, ...]
    ej_insats: re.Pattern[str]
    ej_resultat: re.Pattern[str]
    fortsattning: re.Pattern[str]
    delning: re.Pattern[str]
    listor: dict[str, tuple[Monster, ...]]
    punkter: tuple[dict[str, Any], ...]
    minsta_andel_prickar: float
    version: str


#: Character recognition loses the dots: titles and agreements are known without them.
PLAIN = str.maketrans("åäöÅÄÖ", "aaoAAO")


def _patterns(entries: dict[str, str]) -> tuple[Monster, ...]:
    return tuple(Monster(str(k), re.compile(v, re.IGNORECASE)) for k, v in entries.items())


def _rows(name: str) -> list[dict[str, str]]:
    with (FOLDER / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@cache
def rules() -> Regler:
    """``seeds/nulagesrapport/regler.yml`` and ``punkter.csv``, compiled."""
    data = read_yaml(FOLDER / "regler.yml")
    return Regler(
        behall_fore=frozenset(data["bindestreck"]["behall_fore"]),
        behall_led=frozenset(data["bindestreck"]["behall_led"]),
        dokumenttyper=tuple(
            Dokumenttyp(d["typ"], re.compile(d["titel"].translate(PLAIN), re.IGNORECASE), d["rader"])
            for d in data["dokumenttyper"]
        ),
        brevhuvud=re.compile(data["brevhuvud"], re.IGNORECASE),
        overenskommelser=_patterns({k: v.translate(PLAIN) for k, v in data["overenskommelser"].items()}),
        status=_patterns(data["status"]),
        ej_insats=re.compile("|".join(data["ej_insats"]), re.IGNORECASE),
        ej_resultat=re.compile("|".join(data["ej_resultat"]), re.IGNORECASE),
        fortsattning=re.compile("|".join(data["fortsattning"]), re.IGNORECASE),
        delning=re.compile("|".join(data["delning"])),
        listor={name: _patterns(entries) for name, entries in data["ordlistor"].items()},
        punkter=tuple(
            {**p, "omrade": int(p["omrade"]), "monster": re.compile(p["monster"], re.IGNORECASE)}
            for p in _rows("punkter")
        ),
        minsta_andel_prickar=data["minsta_andel_prickar"],
        version=data["version"],
    )


@cache
def code_frame() -> tuple[Falt, ...]:
    """The code frame ``kodram.csv``; a field without a pattern is for the analyst alone."""
    rows = _rows("kodram")
    return tuple(
        Falt(
            r["falt"],
            r["mall"],
            r["typ"],
            re.compile(r["monster"], re.IGNORECASE) if r["monster"] else None,
            r["forslag_varde"],
        )
        for r in rows
    )


# --- headings -------------------------------------------------------------------------------------------------------------


def _heading_key(text: str) -> str:
    """Words only, without the label "Redovisning –" that some reports put before a heading."""
    return norm(re.sub(r"^\s*(?:redovisning\s*[-–:]+|\d+(?:\.\d+)*\.?\s)\s*(?=\S)", "", text, flags=re.IGNORECASE))


@cache
def _headings() -> tuple[tuple[str, Rubrik], ...]:
    rows = _rows("rubriker")
    return tuple(
        (_heading_key(r["rubrik"]), Rubrik(r["rubrik"], int(r["omrade"]), int(r["niva"]), r["roll"], r["mall"]))
        for r in rows
    )


@cache
def areas(mall: str) -> tuple[int, ...]:
    """The areas of a template of reports."""
    return tuple(sorted({h.omrade for _, h in _headings() if h.mall == mall and h.omrade}))


@cache
def _beginnings() -> frozenset[str]:
    return frozenset(key[:4] for key, _ in _headings())


def find_heading(text: str) -> Rubrik | None:
    """The known heading that a text is, whatever its dashes, blanks, case and a letter or two."""
    key = _heading_key(text)
    if key[:4] not in _beginnings():
        return None
    best, score = None, LIKE
    for known, heading in _headings():
        if known[:4] == key[:4] and abs(len(known) - len(key)) <= 0.15 * len(known) + 1:
            like = 1.0 if known == key else difflib.SequenceMatcher(None, known, key, autojunk=False).ratio()
            if like > score:
                best, score = heading, like
    return best


def could_begin(text: str) -> bool:
    """May more lines make the text a known heading?"""
    key = _heading_key(text)
    if not key or key == "redovisning":
        return key == "redovisning"
    return any(
        known[:4] == key[:4] and len(known) > len(key) and _like_beginning(known, key) for known, _ in _headings()
    )


def _like_beginning(known: str, key: str) -> bool:
    head = known[: len(key)]
    return head == key or difflib.SequenceMatcher(None, head, key, autojunk=False).ratio() > LIKE
