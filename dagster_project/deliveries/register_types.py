"""What the register knows of: a delivery, the blocks that it speaks for, the files that are kept of it, what its verdict rests on."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import date, datetime


@dataclass(frozen=True)
class Leverans:
    """A delivery in the register: what arrived, before it is judged."""

    leverans_id: str
    kalla: str
    filnamn: str
    sha256: str
    byte: int
    sidofil: str
    mottagen: datetime
    mottagen_angiven: bool
    registrerad: datetime
    avsandare: str | None = None
    overenskommelse: str | None = None
    ersatter: str | None = None
    pahittad: bool = False


@dataclass(frozen=True)
class Block:
    """What a delivery speaks for, and so what it replaces: one respondent, group and period (first and last day).

    :param block: the key of the group; only ever compared. ``delar`` are its values, for the columns that the format names.
    :param overenskommelse: the agreement, where the group is of one.
    :param tveksam: it holds a value in doubt, so that the last accepted delivery's block stands until it is confirmed.
    :param samtidig: another delivery has it too, and their order is not known. Not kept: it is found out anew at every look at landing.
    """

    respondent: str
    period: date
    period_slut: date
    rader: int
    block: str = ""
    overenskommelse: str | None = None
    tveksam: bool = False
    delar: tuple[str | None, ...] = ()
    samtidig: bool = False

    @property
    def vantar(self) -> bool:
        """Whether it does not count, at least not yet."""
        return self.tveksam or self.samtidig

    @property
    def nyckel(self) -> tuple[str, str, str]:
        return self.respondent, self.block, self.period.isoformat()


@dataclass(frozen=True)
class Ersatt:
    """A block of a delivery with the delivery that counted for it before, which it takes the place of."""

    block: Block
    leverans_id: str
    filnamn: str


@dataclass(frozen=True)
class Fil:
    """A file that is kept of a delivery: path below the home folder, bytes, time of change in nanoseconds, hash."""

    namn: str
    byte: int
    andrad: int
    sha256: str


@dataclass(frozen=True)
class Underlag:
    """What a verdict rests on: the rules, the regions, days and hash of the frame's rows that it looked up, and a hash of the values
    that counted before."""

    regelverk: str
    uppslag_regioner: str | None = None
    uppslag_fran: str | None = None
    uppslag_till: str | None = None
    ram_signatur: str | None = None
    forut: str | None = None


def identity(kalla: str, sha256: str, sidecar: bytes) -> str:
    """The id of a delivery: its source and twelve hex digits that depend on the file's and the sidecar's bytes."""
    return f"{kalla}-{hashlib.sha256(sha256.encode() + sidecar).hexdigest()[:12]}"
