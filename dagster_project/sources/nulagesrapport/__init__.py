"""Nulägesrapport: a region's status report under an agreement, as docx, pdf, txt or xlsx, in whole.

The file becomes one table: a row per block of every document in it, and a row per proposal out of its status reports. From there
the door does what it does with any table.
"""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import fields
from functools import cache
from pathlib import Path

from dagster_project.reading.findings import Anmarkning, Avvisad, anmark, avvisa
from dagster_project.reading.formats import Format
from dagster_project.reading.sheets import Blad
from dagster_project.reading.sidecar import Sidofil
from dagster_project.settings import SEEDS
from dagster_project.sources import COMMON, Source
from dagster_project.sources.nulagesrapport import blocks, lines, proposals, segments
from dagster_project.sources.nulagesrapport.blocks import Block
from dagster_project.sources.nulagesrapport.forslag import Forslag
from dagster_project.sources.nulagesrapport.rules import rules
from dagster_project.sources.nulagesrapport.segments import Segment

BLOCK = ("sida", "rad_till", "slag", "stil", "text", "ordagrant")
FORSLAG = tuple(f.name for f in fields(Forslag) if f.name not in ("rad", "rad_till", "sida", "text"))
COLUMNS = (
    "posttyp",
    "region_kod",
    "overenskommelse",
    "period",
    "textkvalitet",
    "segment",
    "dokumenttyp",
    "segment_rad",
    "segment_rad_till",
    "segment_titel",
    *BLOCK,
    *FORSLAG,
    "regelversion",
)


def segments_of(path: Path) -> list[Segment]:
    """The documents of a file.

    :raises Avvisad: the file cannot be read.
    """
    found = lines.read(path)
    return segments.split(blocks.build(found), found[-1].nr)


def read(path: Path, sidecar: Sidofil) -> list[Blad]:
    """The file as one sheet. A line of the document is a row number of the sheet, so that a finding names its place.

    :raises Avvisad: no status report in it, or whose it is and under which agreement is neither in the text nor in the sidecar.
    """
    found = segments_of(path)
    reports = [s for s in found if s.rapport]
    if not reports:
        raise Avvisad(
            avvisa(
                "ingen_nulagesrapport",
                "I filen finns ingen nulägesrapport: varken rapportens titel eller överenskommelsens rubriker.",
                hittat="; ".join(f"{s.typ} (rad {s.rad}–{s.rad_till})" for s in found),
                forvantat="en nulägesrapport",
            )
        )
    rows: list[tuple[int, list[str]]] = [(0, list(COLUMNS))]
    remarks: list[Anmarkning] = []
    for report in reports:
        key = {
            "region_kod": _region(report, sidecar),
            **_agreement(report, sidecar),
            "textkvalitet": _quality(report),
            "regelversion": rules().version,
        }
        remarks += _remarks(key, report, found)
        own = found if report is reports[0] else [report]
        for segment in own if len(reports) == 1 else [s for s in own if s is report or not s.rapport]:
            place = {
                "segment": segment.nr,
                "dokumenttyp": segment.typ,
                "segment_rad": segment.rad,
                "segment_rad_till": segment.rad_till,
                "segment_titel": segment.titel,
            }
            for block in segment.blocks:
                rows.append(_row(block.rad, {"posttyp": "block", **key, **place, **_of_block(block)}))
            if segment is report:
                for proposal in proposals.propose(report):
                    rows.append(
                        _row(
                            proposal.rad or report.rad, {"posttyp": "forslag", **key, **place, **_of_proposal(proposal)}
                        )
                    )
    return [Blad(None, rows, anmarkningar=remarks)]


def _quality(report: Segment) -> str:
    """``tolkad`` for text out of character recognition, which loses the dots and rings of Swedish letters; otherwise ``ordinarie``."""
    letters = [c for b in report.blocks for c in b.text.lower() if c.isalpha()]
    return "tolkad" if sum(c in "åäö" for c in letters) < rules().minsta_andel_prickar * len(letters) else "ordinarie"


def _remarks(key: dict[str, str], report: Segment, found: list[Segment]) -> Iterator[Anmarkning]:
    """What the sender should know of the file as a whole."""
    if key["textkvalitet"] == "tolkad":
        yield anmark(
            "tolkad_text",
            "Texten verkar vara maskinellt tolkad (OCR): å, ä och ö saknas nästan helt. Den tas emot, men leverera hellre "
            "originalet.",
            rad=report.rad,
            forvantat="text ur originalet",
        )
    for other in found:
        if (
            not other.rapport
            and other.overenskommelse in _agreements()
            and other.overenskommelse != key["overenskommelse"]
        ):
            yield anmark(
                "annan_overenskommelse",
                "Filen innehåller också ett dokument om en annan överenskommelse. Det räknas inte till rapporten. "
                "Stämmer bilagorna?",
                rad=other.rad,
                kolumn="overenskommelse",
                hittat=f"{other.titel[:80]} ({other.overenskommelse})",
                forvantat=key["overenskommelse"],
            )


def _row(rad: int, values: dict[str, object]) -> tuple[int, list[str]]:
    return rad, ["" if values.get(c) is None else str(values[c]) for c in COLUMNS]


def _of_block(block: Block) -> dict[str, object]:
    level = block.rubrik.niva if block.rubrik else None
    return {
        **{name: getattr(block, name) for name in BLOCK},
        "omrade": block.rubrik.omrade if level is not None and block.rubrik else None,
    }


def _of_proposal(proposal: Forslag) -> dict[str, object]:
    return {f.name: getattr(proposal, f.name) for f in fields(Forslag)}


# --- whose report, and under which agreement --------------------------------------------------------------------------------


@cache
def _names() -> tuple[re.Pattern[str], dict[str, str]]:
    """A pattern for the regions' names in running text, and the code of each."""
    with (SEEDS / "reference" / "regionalias.csv").open(encoding="utf-8", newline="") as file:
        codes = {r["alias"].casefold(): r["region_kod"] for r in csv.DictReader(file)}
    with (SEEDS / "reference" / "regioner.csv").open(encoding="utf-8", newline="") as file:
        named = list(csv.DictReader(file))
    codes |= {r[name].casefold(): r["region_kod"] for r in named for name in ("region", "region_officiell")}
    official = sorted((n for n in codes if "region" in n), key=len, reverse=True)
    return re.compile(rf"\b({'|'.join(map(re.escape, official))})s?\b", re.IGNORECASE), codes


def _region(report: Segment, sidecar: Sidofil) -> str:
    """The region a report names most often, as text or code; the sidecar's where the text names none.

    :raises Avvisad: neither says.
    """
    pattern, codes = _names()
    named = Counter(codes[m[1].casefold()] for b in report.blocks for m in pattern.finditer(b.text))
    most = named.most_common(2)
    if most and (len(most) == 1 or most[0][1] >= 2 * most[1][1]):
        with (SEEDS / "reference" / "regioner.csv").open(encoding="utf-8", newline="") as file:
            return next(r["region"] for r in csv.DictReader(file) if r["region_kod"] == most[0][0])
    if sidecar.region:
        return sidecar.region
    raise Avvisad(
        avvisa(
            "region_saknas",
            "Vilken region rapporten gäller framgår inte. Ange den i filen med uppgifter om leveransen.",
            kolumn="region",
            hittat=", ".join(f"{k} ({n})" for k, n in most) or None,
            forvantat="region: Halland",
        )
    )


@cache
def _agreements() -> dict[str, range]:
    """The years of each agreement."""
    with (SEEDS / "agreements" / "overenskommelser.csv").open(encoding="utf-8", newline="") as file:
        return {r["overenskommelse"]: range(int(r["ar_fran"]), int(r["ar_till"]) + 1) for r in csv.DictReader(file)}


def _together(*agreements: str) -> bool:
    """Whether agreements are answered in one report."""
    kinds = {agreement.rpartition("_")[0] for agreement in agreements}
    return any(kinds <= group for group in rules().samma_rapport)


def _agreement(report: Segment, sidecar: Sidofil) -> dict[str, str]:
    """The agreement and the first month of the year that is reported.

    A report that answers several agreements is kept under the one that the sidecar names. An agreement of several years does not say
    which of them the report is about: the sidecar's period does, otherwise the text.

    :raises Avvisad: neither text nor sidecar says, or they contradict each other.
    """
    said = report.overenskommelse if report.overenskommelse in _agreements() else None
    stated = sidecar.overenskommelse
    if said and stated and said != stated and not _together(said, stated):
        raise Avvisad(
            avvisa(
                "overenskommelse_motsagd",
                "Rapporten gäller en annan överenskommelse än den som filen med uppgifter om leveransen anger.",
                kolumn="overenskommelse",
                hittat=said,
                forvantat=stated,
            )
        )
    agreement = stated or said
    if agreement is None:
        raise Avvisad(
            avvisa(
                "overenskommelse_saknas",
                "Vilken överenskommelse rapporten gäller framgår inte. Ange den i filen med uppgifter om leveransen.",
                kolumn="overenskommelse",
                hittat=report.overenskommelse,
                forvantat=", ".join(_agreements()),
            )
        )
    years = _agreements()[agreement]
    told = sidecar.span[0].year if sidecar.span else None, _year(report.overenskommelse)
    year = years[0] if len(years) == 1 else next((year for year in told if year in years), None)
    if year is None:
        raise Avvisad(
            avvisa(
                "ar_saknas",
                "Överenskommelsen gäller flera år, och vilket av dem rapporten avser framgår inte. Ange det som period i filen med "
                "uppgifter om leveransen.",
                kolumn="period",
                hittat=agreement,
                forvantat=", ".join(f"period: {year}" for year in years),
            )
        )
    return {"overenskommelse": agreement, "period": f"{year}-01"}


def _year(agreement: str | None) -> int | None:
    """The year that the text names its agreement with."""
    match = re.search(r"_(\d{4})$", agreement or "")
    return int(match[1]) if match else None


# --- raw tables -------------------------------------------------------------------------------------------------------------


def tables(_: Format) -> dict[str, str]:
    report = f"{COMMON}, region_kod, overenskommelse, year(_period)::integer as ar, segment"
    kept = ", ".join(FORSLAG)
    return {
        "block": f"select {report}, dokumenttyp, omrade, {', '.join(BLOCK)} from godkand where posttyp = 'block'",
        "segment": """
            select _blad, min(_rad) as _rad, _respondent, _block, _period, region_kod, overenskommelse, year(_period)::integer as ar, segment,
                textkvalitet, dokumenttyp, segment_titel as titel, segment_rad as rad_fran, segment_rad_till as rad_till,
                dokumenttyp = 'nulagesrapport' as nulagesrapport, count(*) filter (where posttyp = 'block') as antal_block,
                count(*) filter (where posttyp = 'forslag') as antal_forslag
            from godkand group by all""",
        "forslag": f"select {report}, sida, rad_till, text, {kept}, regelversion from godkand where posttyp = 'forslag'",
    }


SOURCE = Source("nulagesrapport", tables, read=read)
