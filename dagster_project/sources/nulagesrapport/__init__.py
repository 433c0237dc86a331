"""Nulägesrapport: a region's status report under an agreement, as docx, pdf, txt or xlsx, in whole.

The file becomes one table: a row per block of every document in it, and a row per proposal out of its status reports. From there
the door does what it does with any table.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path

from dagster_project.reading.findings import Anmarkning, Avvisad, anmark, avvisa
from dagster_project.reading.formats import Format
from dagster_project.reading.sheets import Blad
from dagster_project.reading.sidecar import Sidofil
from dagster_project.sources import COMMON, Source
from dagster_project.sources.nulagesrapport import blocks, identity, lines, proposals, segments
from dagster_project.sources.nulagesrapport.blocks import Block
from dagster_project.sources.nulagesrapport.forslag import Forslag
from dagster_project.sources.nulagesrapport.rules import rules
from dagster_project.sources.nulagesrapport.segments import Segment

BLOCK = ("sida", "rad_till", "slag", "stil", "text", "ordagrant")
FORSLAG = tuple(f.name for f in fields(Forslag) if f.name not in ("rad", "rad_till", "sida", "text"))
COLUMNS = (
    "posttyp",
    "avsandare",
    "rapportslag",
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


def segments_of(path: Path, sidecar: Sidofil | None = None) -> list[Segment]:
    """The documents of a file; what the sidecar says of agreement and kind goes before what the text seems to be.

    :raises Avvisad: the file cannot be read.
    """
    found = lines.read(path)
    side = sidecar or Sidofil()
    return segments.split(blocks.build(found), found[-1].nr, side.overenskommelse, side.slag)


def read(path: Path, sidecar: Sidofil) -> list[Blad]:
    """The file as one sheet. A line of the document is a row number of the sheet, so that a finding names its place.

    :raises Avvisad: no report in it, or whose it is, of what kind and under which agreement is neither in the text nor in the sidecar.
    """
    identity.known_kind(sidecar)
    found = segments_of(path, sidecar)
    reports = [s for s in found if s.rapport]
    if not reports:
        raise Avvisad(
            avvisa(
                "ingen_nulagesrapport",
                "I filen finns ingen nulägesrapport eller redovisning från en region: varken titel eller rubriker säger det. Är det en "
                "sådan, så ange överenskommelse och år i filen med uppgifter om leveransen.",
                hittat="; ".join(f"{s.typ} (rad {s.rad}–{s.rad_till})" for s in found),
                forvantat="en nulägesrapport, delredovisning eller slutredovisning",
            )
        )
    rows: list[tuple[int, list[str]]] = [(0, list(COLUMNS))]
    remarks: list[Anmarkning] = []
    for report in reports:
        key = {
            **identity.of(report, sidecar),
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
                year = int(key["period"][:4]) if key["period"] else None
                for proposal in proposals.propose(report, year):
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


def _remarks(key: dict[str, str | None], report: Segment, found: list[Segment]) -> Iterator[Anmarkning]:
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
            and other.overenskommelse in identity.agreements()
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


# --- raw tables -------------------------------------------------------------------------------------------------------------


def tables(_: Format) -> dict[str, str]:
    report = f"{COMMON}, avsandare, rapportslag, region_kod, overenskommelse, year(_period)::integer as ar, segment"
    kept = ", ".join(FORSLAG)
    return {
        "block": f"select {report}, dokumenttyp, omrade, {', '.join(BLOCK)} from godkand where posttyp = 'block'",
        "segment": """
            select _blad, min(_rad) as _rad, _respondent, _block, _period, avsandare, rapportslag, region_kod, overenskommelse,
                year(_period)::integer as ar, segment, textkvalitet, dokumenttyp, segment_titel as titel, segment_rad as rad_fran, segment_rad_till as rad_till,
                dokumenttyp = 'nulagesrapport' as nulagesrapport, count(*) filter (where posttyp = 'block') as antal_block,
                count(*) filter (where posttyp = 'forslag') as antal_forslag
            from godkand group by all""",
        "forslag": f"select {report}, sida, rad_till, text, {kept}, regelversion from godkand where posttyp = 'forslag'",
    }


SOURCE = Source("nulagesrapport", tables, read=read, reads_documents=True)
