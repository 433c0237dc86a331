"""What the door says about a delivery: findings, each with its place in the file, in words a sender understands (Swedish)."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any


class Niva(StrEnum):
    """How bad a finding is. ``FEL`` takes rows, cells or the file away; ``ANMARKNING`` lets them through."""

    FEL = "fel"
    ANMARKNING = "anmarkning"


class Atgard(StrEnum):
    """What the door does because of a finding."""

    AVVISA = "avvisa"  # the whole delivery
    RAD = "rad"  # the row goes to quarantine
    CELL = "cell"  # the cell goes to quarantine, the rest of the row goes through
    TVEKA = "tveka"  # the row's block does not count until the value is confirmed; what counted before stands
    INGEN = "ingen"  # nothing is taken away


@dataclass(frozen=True, order=True)
class Anmarkning:
    """One finding. ``blad`` and ``rad`` are where the sender finds it: sheet name and row as the file shows it (header = 1)."""

    rad: int | None
    kolumn: str | None
    kod: str
    meddelande: str
    hittat: str | None = None
    forvantat: str | None = None
    blad: str | None = None
    niva: Niva = Niva.FEL
    atgard: Atgard = Atgard.RAD

    @property
    def plats(self) -> str:
        """Where, in words: ``blad Svar, rad 12, kolumn f2a``."""
        delar = [
            f"blad {self.blad}" if self.blad else "",
            f"rad {self.rad}" if self.rad is not None else "",
            f"kolumn {self.kolumn}" if self.kolumn else "",
        ]
        return ", ".join(d for d in delar if d) or "hela filen"

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)


def avvisa(
    kod: str,
    meddelande: str,
    *,
    blad: str | None = None,
    rad: int | None = None,
    kolumn: str | None = None,
    hittat: str | None = None,
    forvantat: str | None = None,
) -> Anmarkning:
    """A finding that rejects the delivery."""
    return Anmarkning(rad, kolumn, kod, meddelande, hittat, forvantat, blad, Niva.FEL, Atgard.AVVISA)


def anmark(
    kod: str,
    meddelande: str,
    *,
    blad: str | None = None,
    rad: int | None = None,
    kolumn: str | None = None,
    hittat: str | None = None,
    forvantat: str | None = None,
) -> Anmarkning:
    """A remark: the delivery goes through."""
    return Anmarkning(rad, kolumn, kod, meddelande, hittat, forvantat, blad, Niva.ANMARKNING, Atgard.INGEN)


class Avvisad(Exception):
    """The delivery cannot be read at all; carries the findings that say why.

    :param orsak: the technical reason, for the log only; never shown to a sender.
    """

    def __init__(self, *anmarkningar: Anmarkning, orsak: str | None = None) -> None:
        super().__init__("; ".join(a.meddelande for a in anmarkningar))
        self.anmarkningar = list(anmarkningar)
        self.orsak = orsak

    def __reduce__(self) -> tuple[Any, ...]:
        return _refusal, (self.anmarkningar, self.orsak)


def _refusal(anmarkningar: list[Anmarkning], orsak: str | None) -> Avvisad:
    """A refusal as it was before it went from one process to another."""
    return Avvisad(*anmarkningar, orsak=orsak)
