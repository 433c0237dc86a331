"""The sentences of a status report, each with its lines, its area and the heading it stands under."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from dagster_project.sources.nulagesrapport.blocks import Block
from dagster_project.sources.nulagesrapport.rules import Rubrik, rules
from dagster_project.sources.nulagesrapport.segments import Segment

ABBREVIATION = re.compile(r"(?:\b(?:bl|t|d|s|m|p|f|fr|o|ca|resp|inkl|ex|dvs|etc|kl|nr|mfl|bla)|\b\w)\.$", re.IGNORECASE)


@dataclass(frozen=True)
class Mening:
    """A sentence with its place."""

    text: str
    rad: int
    rad_till: int
    sida: int
    omrade: int
    rubrik: str
    roll: str
    stycke: int


def split_sentences(text: str) -> Iterator[tuple[int, int]]:
    """Beginning and end of each sentence; abbreviations and decimals do not end one."""
    start = 0
    for match in re.finditer(r"[.!?]+[”\")]?\s+(?=[A-ZÅÄÖ”\"(\d])", text):
        head = text[start : match.start() + 1]
        if ABBREVIATION.search(head) and not head[-2:].isdigit():
            continue
        yield start, match.end()
        start = match.end()
    if text[start:].strip():
        yield start, len(text)


def sentences_of(segment: Segment) -> Iterator[Mening]:
    """The sentences of the text with area and heading; headings, artefacts and list items of a few words give none."""
    area, heading, role = 0, "", "inledning"
    for block in segment.blocks:
        if block.slag == "rubrik":
            area, heading, role = _under(block, area, role)
            continue
        if block.slag == "artefakt":
            continue
        for first, last in split_sentences(block.text):
            for a, b in _parts(block.text, first, last):
                text = block.text[a:b].strip()
                if text:
                    rad, rad_till = block.lines_of(a, b)
                    yield Mening(text, rad, rad_till, block.sida, area, heading, role, block.nr)


def _under(block: Block, area: int, role: str) -> tuple[int, str, str]:
    known: Rubrik | None = block.rubrik
    if known is None:  # an unknown heading stays within the area it stands in
        return area, block.text, "insatser" if area and role in ("behallare", "nulage") else role
    return known.omrade if known.omrade or known.roll in ("titel", "ekonomi") else area, block.text, known.roll


def _parts(text: str, first: int, last: int) -> Iterator[tuple[int, int]]:
    """A sentence that lists several measures, cut into them."""
    at = first
    for match in rules().delning.finditer(text, first, last):
        yield at, match.start()
        at = match.end()
    yield at, last
