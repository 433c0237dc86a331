"""A proposal: what the reader thinks that a status report says, where, by which rule and how surely."""

from __future__ import annotations

import difflib
import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from dagster_project.reading.names import norm
from dagster_project.sources.nulagesrapport.sentences import Mening


@dataclass(frozen=True)
class Forslag:
    """A proposal. ``forekomst``: ``angivet``, ``ej_funnet`` (a rule looked and found nothing) or ``ej_bedomd`` (no rule); that something
    is not stated (``ej_angivet``) only a person says."""

    typ: str
    omrade: int
    text: str
    rad: int | None
    rad_till: int | None
    sida: int | None
    regel: str
    sakerhet: float
    rubrik: str = ""
    falt: str = ""
    varde: str = ""
    forekomst: str = "angivet"
    status: str = ""
    ar_fran: int | None = None
    ar_till: int | None = None
    omfattning: str = ""
    malgrupp: str = ""
    part: str = ""
    tema: str = ""
    kostnadsstatus: str = ""
    kostnad_kr: int | None = None
    resultatstatus: str = ""
    forslag_id: str = ""
    upprepar: str = ""


def said(s: Mening, typ: str, regel: str, sakerhet: float, **fields: Any) -> Forslag:
    """A proposal that quotes a sentence."""
    return Forslag(typ, s.omrade, s.text, s.rad, s.rad_till, s.sida, regel, sakerhet, rubrik=s.rubrik, **fields)


def identify(found: Iterable[Forslag]) -> list[Forslag]:
    """Each proposal with an id that rests on what it says, not on where: it is the same when the parser or the layout changes."""
    result: list[Forslag] = []
    said: list[tuple[str, str]] = []
    used: dict[str, int] = {}
    for p in found:
        key = norm(p.text) if p.forekomst == "angivet" else ""  # candidates are no part of what is said
        base = _identity(p.typ, p.falt, str(p.omrade) if p.typ in ("kostnad", "resultat") else "", key)
        used[base] = used.get(base, 0) + 1
        repeats = ""
        if p.typ == "insats":
            repeats = next((i for i, text in said if _same(text, key)), "")
            said.append((base, key))
        result.append(replace(p, forslag_id=base if used[base] == 1 else f"{base}-{used[base]}", upprepar=repeats))
    return result


def _identity(*parts: str) -> str:
    """Ten letters. No digits, which could look like a personal identity number."""
    digest = hashlib.sha256("|".join(parts).encode()).digest()
    return "".join(chr(97 + byte % 26) for byte in digest[:10])


def _same(one: str, other: str) -> bool:
    """The same statement: equal, one the beginning of the other, or nearly so."""
    short = min(len(one), len(other))
    if short < 40:
        return one == other
    if one[:short] == other[:short] or one[:60] == other[:60]:
        return True
    return (
        abs(len(one) - len(other)) < 0.2 * short
        and difflib.SequenceMatcher(None, one, other, autojunk=False).quick_ratio() > 0.97
    )
