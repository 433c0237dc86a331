"""Dated formats: how a source's files looked from when to when. Data in ``seeds/formats/<source>/<format>.yml``, no code.

A format names the columns, their headings and other spellings of them, their type and whether they may be blank. A new year's
layout is a new file beside the old one.
"""

from __future__ import annotations

import difflib
import re
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any, Literal, Self

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from dagster_project.reading import personal, pivot
from dagster_project.reading.findings import Anmarkning, Avvisad, anmark, avvisa
from dagster_project.reading.names import norm
from dagster_project.reading.sheets import Blad
from dagster_project.settings import SEEDS

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

#: How far down a heading row may stand (title rows above it are skipped).
HEADING_ROWS = 20


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
    negativa: bool = True  # its numbers may be below 0
    standard: str | None = None  # what a blank cell, or a file without the column, means
    markering: dict[str, str] = Field(default_factory=dict)  # what stands for a missing value, with the status it means
    forvantat: str | None = None  # in words, for the sender
    visas: bool = True  # its cells may be quoted; False where they tell who somebody is
    ra: bool = True  # a column of the raw tables; otherwise it stays in the original

    @model_validator(mode="after")
    def _sound(self) -> Self:
        if not self.kravs and not self.tom and self.standard is None:
            raise ValueError(f"{self.namn}: a file without the column must mean something: tom or standard")
        if self.summarader and self.typ not in ("kod", "beteckning"):
            raise ValueError(f"{self.namn}: only a kod or a beteckning can be said to hold names of totals")
        if not self.negativa and self.typ not in ("heltal", "decimal", "belopp"):
            raise ValueError(f"{self.namn}: only numbers can be negative")
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
        return self

    def kolumn(self, namn: str) -> Kolumn:
        return next(k for k in self.kolumner if k.namn == namn)

    def valid_on(self, day: date) -> bool:
        return self.galler_fran <= day and (self.galler_till is None or day <= self.galler_till)


@dataclass(frozen=True)
class Traff:
    """A sheet recognised: its format, heading row (0-based in ``Blad.rader``) and which cell holds which column."""

    blad: Blad
    format: Format
    rubrikrad: int
    celler: dict[str, int]
    okanda: tuple[tuple[int, str], ...]

    @property
    def saknade(self) -> list[Kolumn]:
        return [k for k in self.format.kolumner if k.kravs and k.namn not in self.celler]


@cache
def load(folder: Path = SEEDS / "formats") -> dict[str, tuple[Format, ...]]:
    """All formats by source, newest first.

    :raises ValueError: a format file is wrong; the message names the file and the field.
    """
    found: dict[str, list[Format]] = {}
    for path in sorted(folder.glob("*/*.yml")):
        try:
            spec = Format.model_validate(yaml.safe_load(path.read_text(encoding="utf-8")))
        except (ValidationError, yaml.YAMLError) as error:
            raise ValueError(f"{path.relative_to(folder.parent)}: {error}") from None
        if spec.kalla != path.parent.name or spec.format != path.stem:
            raise ValueError(
                f"{path.relative_to(folder.parent)}: kalla and format must be the folder's and the file's name"
            )
        found.setdefault(spec.kalla, []).append(spec)
    return {k: tuple(sorted(v, key=lambda f: f.galler_fran, reverse=True)) for k, v in found.items()}


def _heads(blad: Blad) -> list[list[str]]:
    """The rows of a sheet among which its headings are, each cell as headings are compared. Once for all formats: it may be wide."""
    return [[norm(cell) for cell in cells] for _, cells in blad.rader[:HEADING_ROWS]]


def _look(blad: Blad, heads: list[list[str]], spec: Format) -> Traff | None:
    """The best heading row of a sheet under a format, None when no cell of the first rows (``heads``) is a heading of it."""
    wanted = {s: k.namn for k in spec.kolumner for s in k.spellings()}
    best: tuple[int, dict[str, int]] = 0, {}
    for index, cells in enumerate(heads):
        hits = {wanted[cell]: i for i, cell in reversed([*enumerate(cells)]) if cell in wanted}  # the first of each
        if len(hits) > len(best[1]):
            best = index, hits
    if not best[1]:
        return None
    row, taken = blad.rader[best[0]][1], set(best[1].values())
    unknown = tuple((i, cell) for i, cell in enumerate(row) if cell and i not in taken)
    return Traff(blad, spec, *best, unknown)


def recognise(kalla: str, sheets: list[Blad], day: date | None) -> tuple[list[Traff], list[Anmarkning]]:
    """Which sheets of a file are in which format of a source.

    :param day: first day of the sidecar's period; of two formats with the same columns the one valid that day is chosen.
    :raises Avvisad: no sheet has the columns of any format; the message says what is missing and what it may be called.
    """
    known = load()[kalla]
    if known[0].uppstallning == "pivoterad":
        sheets = [pivot.tidy(blad) for blad in sheets]
    fitting: list[Traff] = []
    nearest: Traff | None = None
    for blad in sheets:
        heads = _heads(blad)
        hits = [t for spec in known if (t := _look(blad, heads, spec))]
        for t in hits:
            if nearest is None or _distance(t) < _distance(nearest):
                nearest = t
        whole = [t for t in hits if not t.saknade]
        whole.sort(key=lambda t: (day is not None and t.format.valid_on(day), len(t.celler)), reverse=True)
        fitting += whole[:1]
    if not fitting:
        raise Avvisad(*_explain(kalla, sheets, nearest))
    remarks = [_check_headings(t) for t in fitting]
    remarks.append([_unread(t) for b in sheets if (t := _passed_over(b, known, fitting))])
    if len({t.format.format for t in fitting}) > 1:
        raise Avvisad(
            avvisa(
                "flera_format",
                "Bladen i filen följer olika format. Leverera dem som var sin fil.",
                hittat=", ".join(f"{t.blad.namn}: {t.format.format}" for t in fitting),
            )
        )
    return fitting, [r for rs in remarks for r in rs]


def _passed_over(blad: Blad, known: tuple[Format, ...], fitting: list[Traff]) -> Traff | None:
    """A sheet that looks like a table of the source and lacks columns, as the format it is nearest to."""
    if any(t.blad is blad for t in fitting):
        return None
    heads = _heads(blad)
    hits = [t for spec in known if (t := _look(blad, heads, spec)) and len(t.celler) > 1]
    return min(hits, key=_distance, default=None)


def _unread(t: Traff) -> Anmarkning:
    missing = ", ".join(k.rubrik for k in t.saknade)
    return anmark(
        "blad_inte_last",
        f"Bladet {t.blad.namn} har inte lästs, eftersom det saknar {missing}. Ska det läsas: ge det samma rubriker som de andra bladen.",
        blad=t.blad.namn,
        rad=t.blad.rader[t.rubrikrad][0],
        hittat="; ".join(c for c in t.blad.rader[t.rubrikrad][1] if c)[:200],
        forvantat=missing,
    )


def fits(kalla: str, sheets: list[Blad]) -> bool:
    """Whether a sheet has the columns of a format of the source."""
    try:
        return bool(recognise(kalla, sheets, None))
    except Avvisad:
        return False


def _distance(t: Traff) -> tuple[int, int]:
    return (len(t.saknade) - len(t.celler), len(t.okanda))


def _check_headings(t: Traff) -> list[Anmarkning]:
    """Merged or doubled headings reject the file; unknown columns are set aside with a remark."""
    row, cells = t.blad.rader[t.rubrikrad]
    for first, last, ref in t.blad.sammanslagna:
        if first <= row <= last:
            raise Avvisad(
                avvisa(
                    "sammanslagna_rubriker",
                    "Rubrikraden innehåller sammanslagna celler. Dela upp dem så att varje kolumn har sin egen rubrik.",
                    blad=t.blad.namn,
                    rad=row,
                    hittat=ref,
                    forvantat="en rubrik per kolumn",
                )
            )
    spellings = {s: k for k in t.format.kolumner for s in k.spellings()}
    remarks = []
    for i, heading in t.okanda:
        if norm(heading) in spellings:
            raise Avvisad(
                avvisa(
                    "dubbel_rubrik",
                    f"Kolumnen {heading} finns två gånger.",
                    blad=t.blad.namn,
                    rad=row,
                    kolumn=heading,
                    hittat=", ".join(c for c in cells if norm(c) == norm(heading)),
                    forvantat="en gång",
                )
            )
        remarks.append(
            anmark(
                "okand_kolumn",
                f"Kolumnen {heading} är okänd och har inte lästs (kolumn {i + 1} i filen).",
                blad=t.blad.namn,
                rad=row,
                kolumn=heading,
                hittat=heading,
                forvantat=headings(t.format),
            )
        )
    return remarks


def headings(spec: Format) -> str:
    return "; ".join(k.rubrik for k in spec.kolumner)


def _as_heading(cell: str | None) -> str:
    """A cell of a row that may be a heading row, or a row about somebody: words with figures in them are no headings."""
    return re.sub(r"\S*\d\S*", "…", personal.mask(cell or "")[0])


def _explain(kalla: str, sheets: list[Blad], nearest: Traff | None) -> list[Anmarkning]:
    """Why no format of the source fits: another source's file, merged headings, or columns missing from the nearest format."""
    seen = [(b, _heads(b)) for b in sheets]
    for other, formats in load().items():
        if other != kalla and any(
            (t := _look(b, heads, f)) and not t.saknade and len(t.celler) > 1 for b, heads in seen for f in formats
        ):
            return [
                avvisa(
                    "annan_kalla",
                    f"Filen ser ut att vara en leverans till {other}, men den ligger bland leveranser till {kalla}. Flytta den.",
                    hittat=other,
                    forvantat=kalla,
                )
            ]
    if not any(cells for b in sheets for _, cells in b.rader if any(cells)):
        return [avvisa("tom_fil", "Filen innehåller inga ifyllda celler.")]
    if nearest is None or not nearest.celler:
        spec = load()[kalla][0]
        return [
            avvisa(
                "okand_layout",
                "Ingen rad i filen känns igen som rubrikrad.",
                blad=sheets[0].namn,
                hittat=personal.quoted(
                    "; ".join(map(_as_heading, next((c for _, c in sheets[0].rader if any(c)), []))), 200
                ),
                forvantat=headings(spec),
            )
        ]
    row = nearest.blad.rader[nearest.rubrikrad][0]
    merged = [ref for first, last, ref in nearest.blad.sammanslagna if first <= row <= last]
    unknown = {norm(h): h for _, h in nearest.okanda}
    findings = []
    for column in nearest.saknade:
        close = difflib.get_close_matches(norm(column.rubrik), unknown, n=1, cutoff=0.5)
        hint = (
            f" Kan kolumnen {unknown[close[0]]} vara den som menas? Ge den i så fall rubriken {column.rubrik}."
            if close
            else ""
        )
        if merged:
            hint = f" Rubrikraden innehåller sammanslagna celler ({', '.join(merged)}); dela upp dem."
        findings.append(
            avvisa(
                "kolumn_saknas",
                f"Kolumnen {column.rubrik} saknas.{hint}",
                blad=nearest.blad.namn,
                rad=row,
                kolumn=column.rubrik,
                hittat="; ".join(c for c in nearest.blad.rader[nearest.rubrikrad][1] if c),
                forvantat=headings(nearest.format),
            )
        )
    return findings
