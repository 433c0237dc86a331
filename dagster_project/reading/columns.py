"""What a dated format says: its columns, its period, its blocks and the raw tables that its deliveries become."""

from __future__ import annotations

from datetime import date
from typing import Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from dagster_project.reading.names import norm

#: ``text`` is free text, searched for personal data; ``beteckning`` is an identity or a name, left as it is. ``antal`` is a whole number
#: that is never negative.
Typ = Literal[
    "antal",
    "heltal",
    "decimal",
    "belopp",
    "datum",
    "manad",
    "ar",
    "text",
    "beteckning",
    "kod",
    "region",
    "kommun",
    "serie",
]


class Kolumn(BaseModel):
    """One column of a format."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    namn: str
    rubrik: str
    alias: tuple[str, ...] = ()
    typ: Typ = "text"
    lista: str | None = None
    riket: str | None = None  # what a region column calls the whole country, code 00
    kravs: bool = True  # the column must be in the file
    tom: bool = False  # its cells may be blank
    enhet: Literal["kr", "procent"] | None = (
        None  # the unit of its numbers, which may stand in a cell; a share is at most 100
    )
    summarader: bool = (
        False  # a row may have the name of a total in it, and is then no row of data; so it is for regions
    )
    svar: bool = False  # an answer of its own: one that cannot be read is taken out alone, and its row stays
    negativa: bool = True  # its numbers may be below 0
    skala: float | None = (
        None  # within how many times the median its numbers ordinarily lie, among those of other regions
    )
    standard: str | None = None  # what a blank cell, or a file without the column, means
    markering: dict[str, str] = Field(default_factory=dict)  # what stands for a missing value, with the status it means
    forvantat: str | None = None  # in words, for the sender
    visas: bool = True  # its cells may be quoted; False where they tell who somebody is
    ra: bool = True  # a column of the raw tables; otherwise it stays in the original
    egen: bool = False  # put beside the rows when a delivery is read; no sender writes it

    @model_validator(mode="after")
    def _sound(self) -> Self:
        if not self.kravs and not self.tom and self.standard is None:
            raise ValueError(f"{self.namn}: a file without the column must mean something: tom or standard")
        if self.summarader and self.typ not in ("kod", "beteckning"):
            raise ValueError(f"{self.namn}: only a kod or a beteckning can be said to hold names of totals")
        if self.svar and not self.tom:
            raise ValueError(f"{self.namn}: an answer that may be taken out may be blank")
        if not self.negativa and self.typ not in ("heltal", "decimal", "belopp"):
            raise ValueError(f"{self.namn}: only numbers can be negative")
        if self.skala is not None and (self.typ not in ("antal", "heltal", "decimal", "belopp") or self.skala <= 1):
            raise ValueError(f"{self.namn}: only numbers have a scale, and it is more than 1")
        return self

    @property
    def fran_noll(self) -> bool:
        """Whether its numbers are 0 or larger."""
        return self.typ == "antal" or not self.negativa

    def spellings(self) -> set[str]:
        return {norm(s) for s in (self.rubrik, self.namn, *self.alias)}


class Period(BaseModel):
    """Where a delivery's period stands: in a column, in the sidecar (either, agreeing where both), or fixed by the survey.

    A row whose period column is blank is kept in the period of ``annars``, and speaks for nobody: it opens no block.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    kolumn: str | None = None
    annars: str | None = None
    steg: Literal["manad", "ar"] = "ar"
    fast: tuple[date, date] | None = None


class Harledd(BaseModel):
    """A raw column that the file does not have: its expression over the sound typed rows, in SQL."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    namn: str
    uttryck: str
    beskrivning: str


class Ratabell(BaseModel):
    """A raw table. It has the format's columns and the derived ones, unless the source's module says otherwise."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    namn: str
    beskrivning: str
    dar: str | None = None  # the rows it keeps, as a condition in SQL; all of them where it says nothing
    harledda: tuple[Harledd, ...] = ()


class Format(BaseModel):
    """One dated format of one source, and the raw tables that its deliveries become."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    format: str
    kalla: str
    beskrivning: str
    galler_fran: date
    galler_till: date | None = None
    respondent: str
    block: tuple[str, ...] = ()  # columns that, with the respondent, tell apart what deliveries replace
    nyckel: tuple[
        str, ...
    ] = ()  # the columns that tell its rows apart; a later sheet with the same key replaces an earlier one
    period: Period
    storlek: Literal["liten", "stor"] = "liten"  # large files are read by DuckDB and their findings are summed up
    uppstallning: Literal["rader", "pivoterad"] = "rader"
    kodsystem: Literal["scb", "skr", "kolada"] | None = None  # of region codes, where the sidecar states none
    personrader: bool = False  # each row is about one person: only what looks like a code, a number or a date is quoted
    dag: tuple[str, ...] = ()  # the columns, by preference, with the day on which a row's codes must be valid
    tom_aterkallar: bool = False  # a file without rows withdraws the region and period that its sidecar states
    konstanter: dict[str, str] = Field(default_factory=dict)
    parametrar: dict[str, Any] = Field(default_factory=dict)  # values of ``$PARAMETER`` in the source's suite
    ram: str | None = None  # the raw table (``source/table``) that is the frame of this source
    ratabeller: tuple[Ratabell, ...]
    kolumner: tuple[Kolumn, ...]

    @model_validator(mode="after")
    def _known(self) -> Self:
        if unknown := set(self.nyckel) - {k.namn for k in self.kolumner}:
            raise ValueError(f"nyckel: no such column {', '.join(sorted(unknown))}")
        if not self.nyckel and (scaled := [k.namn for k in self.kolumner if k.skala]):
            raise ValueError(f"{', '.join(scaled)}: without nyckel nothing says which values are of the same thing")
        return self

    @property
    def svar(self) -> tuple[str, ...]:
        """The columns whose cells are taken out alone."""
        return tuple(k.namn for k in self.kolumner if k.svar)

    @property
    def vem(self) -> str:
        """The column with whom its numbers are about: the region, or else the respondent."""
        return next((k.namn for k in self.kolumner if k.typ == "region"), self.respondent)

    @property
    def serie(self) -> tuple[str, ...]:
        """The columns that, with :attr:`vem`, tell apart the series that its rows belong to: the key without the time."""
        return tuple(
            n
            for n in self.nyckel
            if n not in (self.vem, self.period.kolumn) and self.kolumn(n).typ not in ("ar", "manad")
        )

    def for_senders(self) -> Format:
        """The format with the columns that a sender writes."""
        return self.model_copy(update={"kolumner": tuple(k for k in self.kolumner if not k.egen)})

    def kolumn(self, namn: str) -> Kolumn:
        return next(k for k in self.kolumner if k.namn == namn)

    def valid_on(self, day: date) -> bool:
        return self.galler_fran <= day and (self.galler_till is None or day <= self.galler_till)
