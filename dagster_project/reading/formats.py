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

import yaml
from pydantic import ValidationError

from dagster_project.reading import personal, pivot
from dagster_project.reading.columns import Format as Format
from dagster_project.reading.columns import Kolumn as Kolumn
from dagster_project.reading.findings import Anmarkning, Avvisad, anmark, avvisa
from dagster_project.reading.names import norm
from dagster_project.reading.sheets import Blad
from dagster_project.settings import SEEDS, read_yaml

#: How far down a heading row may stand (title rows above it are skipped).
HEADING_ROWS = 20
#: A heading that is a year or a month, as in a table turned on its side.
_PERIOD = r"(?:19|20)\d{2}(?:-(?:0[1-9]|1[0-2]))?"


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
            spec = Format.model_validate(read_yaml(path))
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
    if (periods := [h for _, h in nearest.okanda if re.fullmatch(_PERIOD, h)]) and len(periods) > 1:
        findings.append(
            avvisa(
                "perioder_som_kolumner",
                f"Perioderna {', '.join(periods[:3])}{' …' if len(periods) > 3 else ''} står som kolumner. Lämna en rad för varje period, med "
                f"kolumnerna {headings(nearest.format)}.",
                blad=nearest.blad.namn,
                rad=row,
                hittat="; ".join(periods[:12]),
                forvantat="en rad per uppgift",
            )
        )
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
