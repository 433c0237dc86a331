"""What a sender is told of many findings: equal ones once, with the rows they stand on, and what was probably meant."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cache

from dagster_project.deliveries import wording
from dagster_project.reading import formats
from dagster_project.reading.findings import Anmarkning, Atgard, Niva
from dagster_project.reading.formats import Format, Kolumn
from dagster_project.reading.names import key, norm
from dagster_project.settings import SEEDS

#: Of one fault in one column: above how many different values they are told together. Of its rows and values: how many are named.
TOGETHER, ROWS, VALUES = 8, 10, 12

#: The systems of region codes: how a sender writes them beside the file, and whose they are.
SYSTEMS = {"scb": "SCB:s", "skr": "SKR:s", "kolada": "Koladas"}
_COLUMNS = {"scb": "region_kod", "skr": "kod_skr", "kolada": "kod_kolada"}


@dataclass
class Grupp:
    """Equal findings.

    :param rader: the rows that they stand on, in order, as far as they are known; ``antal`` counts the findings.
    """

    niva: Niva
    atgard: Atgard
    meddelande: str
    blad: str | None = None
    kolumn: str | None = None
    hittat: str | None = None
    forvantat: str | None = None
    rader: list[int] = field(default_factory=list)
    antal: int = 1

    @property
    def plats(self) -> str:
        """The rows: ``4``, ``4, 7, 9`` or ``50 rader, först 2, 3, 4``."""
        return places(self.rader)

    @property
    def rad(self) -> str:
        """The rows in a sentence: ``rad 4, 7`` or ``50 rader, först 2, 3, 4``."""
        return self.plats if "rader" in self.plats else f"rad {self.plats}"

    @property
    def var(self) -> str:
        """Where in the file, in words: ``blad Svar, rad 4, 7, kolumn Region``."""
        parts = [
            f"blad {self.blad}" if self.blad else "",
            self.rad if self.rader else "",
            f"kolumn {self.kolumn}" if self.kolumn else "",
        ]
        return ", ".join(p for p in parts if p) or "hela filen"


def places(rows: Iterable[int]) -> str:
    """Rows of a file by their numbers, of many the first."""
    each = sorted(set(rows))
    named = ", ".join(map(str, each[:ROWS]))
    return named if len(each) <= ROWS else f"{wording.rows(len(each))}, först {named}"


def grouped(findings: Sequence[Anmarkning], spec: Format | None) -> list[Grupp]:
    """The findings for the sender, in their order, equal ones together.

    :param spec: the delivery's format, whose allowed answers are held against what was found.
    """
    left = list(findings)
    outcome = _codes(left)
    by_fault: dict[tuple[object, ...], dict[str, Grupp]] = {}
    for a in left:
        values = by_fault.setdefault((a.kod, a.kolumn, a.blad, a.niva, a.atgard, a.forvantat), {})
        if a.meddelande not in values:
            hint = _hint(a, spec)
            values[a.meddelande] = Grupp(
                a.niva,
                a.atgard,
                _plain(a, a.meddelande) + hint,
                a.blad,
                _plain(a, a.kolumn),
                _plain(a, a.hittat),
                _plain(a, a.forvantat),
                antal=0,
            )
        values[a.meddelande].antal += 1
        values[a.meddelande].rader += [a.rad] if a.rad is not None else []
    for values in by_fault.values():
        outcome += [_together(list(values.values()))] if len(values) > TOGETHER else values.values()
    return sorted(outcome, key=lambda g: (g.niva != Niva.FEL, g.blad or "", min(g.rader, default=0)))


def _together(groups: Sequence[Grupp]) -> Grupp:
    """Many values with one fault, as one finding."""
    first = groups[0]
    others = [
        f"{g.hittat or 'tom cell'} (rad {g.rader[0]})" if g.rader else str(g.hittat or "tom cell") for g in groups[1:]
    ]
    return Grupp(
        first.niva,
        first.atgard,
        f"{first.meddelande} Samma sak gäller {wording.counted(len(others), 'värde', 'värden')} till: "
        f"{wording.listed(others, VALUES)}.",
        first.blad,
        first.kolumn,
        f"{len(groups)} olika värden",
        first.forvantat,
        [row for g in groups for row in g.rader],
        sum(g.antal for g in groups),
    )


def _plain(a: Anmarkning, text: str | None) -> str:
    """A text of the finding by names: keys, and sources and municipalities that are named by their codes."""
    if not text:
        return ""
    if a.kod in ("annan_kalla", "flera_format"):
        known = {kalla: wording.source(kalla) for kalla in formats.load()}
        text = re.sub(r"\b[a-z_]+\b", lambda word: f"”{known[word[0]]}”" if word[0] in known else word[0], text)
    if a.kod.startswith("kommun_"):
        text = re.sub(r"\b\d{4}\b", lambda code: _with_name(code[0]), text)
    return wording.named(text)


def _with_name(code: str) -> str:
    name = wording.municipalities().get(code)
    return f"{code} ({name})" if name else code


# --- what was probably meant -----------------------------------------------------------------------------------------


def _hint(a: Anmarkning, spec: Format | None) -> str:
    """``Menar du Blekinge?`` where what was found is close to an allowed answer; otherwise nothing."""
    if spec is None or not a.hittat or a.kod not in ("okand_kod", "okand_region", "okand_kommun", "okand_serie"):
        return ""
    column = next((k for k in spec.kolumner if k.rubrik == a.kolumn), None)
    if column is None:
        return ""
    if column.typ == "kommun":
        named = {norm(name): code for code, name in wording.municipalities().items()}
        close = difflib.get_close_matches(norm(a.hittat), named, n=1, cutoff=0.8)
        return f" Menar du {_with_name(named[close[0]])}? Skriv koden." if close else ""
    answers = {norm(answer): answer for answer in allowed(column) if norm(answer)}
    close = difflib.get_close_matches(norm(a.hittat), answers, n=1, cutoff=0.7)
    return f" Menar du {answers[close[0]]}?" if close else ""


def allowed(column: Kolumn, ar: int | None = None) -> list[str]:
    """The answers that a column with a list allows, each in one spelling, in the list's own order; none for other columns.

    :param ar: the reporting year; names and spellings that are not valid in it are left out.
    """
    day = date(ar, 12, 31) if ar else None
    if column.typ == "region":
        return [*wording.regions(day).values(), *([column.riket] if column.riket else [])]
    if column.typ == "kommun":
        return list(wording.municipalities(day))
    if column.typ == "serie":
        return [row["matt"] for row in wording.table("indicators/serier.csv") if row["kalla"] == column.lista]
    if column.typ != "kod":
        return []
    match column.lista:
        case "overenskommelse":
            return [row["namn"] for row in wording.table("agreements/overenskommelser.csv")]
        case "bidragsmottagare":
            known = wording.gallande("reference/regioner.csv", "region_kod", day).values()
            return [*(row["region"] for row in known), *(f"RSS i {row['lan']}" for row in known), "SKR"]
        case "tema":
            return [row["tema"] for row in wording.table("underlag/teman.csv")]
        case "kommunkodram":
            return [row["etikett"] for row in wording.table("underlag/kommunkodram.csv")]
    return list(_spellings(str(column.lista), ar).values())


@cache
def _spellings(lista: str, ar: int | None) -> dict[str, str]:
    """Of each code of a list the spelling that stands first."""
    found: dict[str, str] = {}
    for path in sorted((SEEDS / "formats").glob("kodlistor*.csv")):
        for row in wording.table(f"formats/{path.name}"):
            valid = ar is None or (
                (row["galler_fran"] or "0") <= f"{ar}-12-31" and f"{ar}-01-01" <= (row["galler_till"] or "9")
            )
            if row["lista"] == lista and valid:
                found.setdefault(row["kod"], row["stavning"])
    return found


# --- region codes of an unknown system -------------------------------------------------------------------------------


def _codes(findings: list[Anmarkning]) -> list[Grupp]:
    """Region codes without their system as one finding per column; they are taken out of ``findings``."""
    mine = [a for a in findings if a.kod == "regionkod_utan_kodsystem"]
    findings[:] = [a for a in findings if a.kod != "regionkod_utan_kodsystem"]
    by_column: dict[tuple[str | None, str | None], list[Anmarkning]] = {}
    for a in mine:
        by_column.setdefault((a.blad, a.kolumn), []).append(a)
    outcome = []
    for (blad, kolumn), found in by_column.items():
        codes = list(dict.fromkeys(a.hittat for a in found if a.hittat))
        outcome.append(
            Grupp(
                found[0].niva,
                found[0].atgard,
                f"Kolumnen {kolumn} har koder i stället för namn på regioner, och samma kod betyder olika regioner i SCB:s, SKR:s och "
                f"Koladas numrering. {_remedy(fitting(codes))}",
                blad,
                kolumn,
                wording.listed(codes, VALUES),
                found[0].forvantat,
                [a.rad for a in found if a.rad is not None],
                len(found),
            )
        )
    return outcome


def fitting(codes: Iterable[str]) -> list[str]:
    """The systems in which every one of the codes is a region's."""
    rows = wording.table("reference/regioner.csv")
    known = {s: {key(v) for row in rows for v in (row[c], row[c].lstrip("0"))} for s, c in _COLUMNS.items()}
    wanted = {key(code) for code in codes}
    return [s for s in SYSTEMS if wanted and wanted <= known[s]]


def _remedy(systems: Sequence[str]) -> str:
    beside = "i filen med uppgifter om leveransen (samma namn som filen, följt av .leverans.yml)"
    if len(systems) == 1:
        [only] = systems
        return (
            f"Alla koderna finns bara i {SYSTEMS[only]} numrering. Är det den som menas: skriv raden ”kodsystem: {only}” {beside}. "
            "Skriv annars regionernas namn."
        )
    if systems:
        fit = wording.listed([SYSTEMS[s] for s in systems])
        lines = " eller ".join(f"”kodsystem: {s}”" for s in systems)
        return f"Koderna finns i {fit} numrering. Skriv regionernas namn, eller raden {lines} {beside}."
    return "Koderna finns inte alla i någon av dem. Skriv regionernas namn."
