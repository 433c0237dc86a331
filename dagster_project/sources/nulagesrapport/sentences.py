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
    """A sentence with its place. ``ledtext`` is what introduces the list that it is an item of, blank where nothing does."""

    text: str
    rad: int
    rad_till: int
    sida: int
    omrade: int
    rubrik: str
    roll: str
    stycke: int
    slag: str = "stycke"
    ledtext: str = ""


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


def walk(segment: Segment) -> Iterator[tuple[Block, int, str, str]]:
    """Each block of the text with the area, the heading and the role it stands under; headings give none."""
    own = any(b.rubrik and b.rubrik.roll in ("insatser", "behallare") for b in segment.blocks)
    area, heading, role = (
        0,
        "",
        "inledning" if own else "insatser",
    )  # a text that is not divided may tell of measures anywhere
    for block in segment.blocks:
        if block.slag == "rubrik":
            area, heading, role = _under(block, area, role)
        else:
            yield block, area, heading, role


def sentences_of(segment: Segment) -> Iterator[Mening]:
    """The sentences of the text with area and heading; headings and artefacts give none."""
    lead = ""
    for block, area, heading, role in walk(segment):
        if block.slag == "artefakt":
            continue
        if block.slag != "punkt":
            lead = block.text if block.text.endswith(":") else ""
        for first, last in split_sentences(block.text):
            for a, b in _parts(block.text, first, last):
                text = block.text[a:b].strip()
                if text:
                    rad, rad_till = block.lines_of(a, b)
                    led = lead if block.slag == "punkt" else ""
                    yield Mening(text, rad, rad_till, block.sida, area, heading, role, block.nr, block.slag, led)


def _under(block: Block, area: int, role: str) -> tuple[int, str, str]:
    known: Rubrik | None = block.rubrik
    if known is None:  # an unknown heading stays within the area it stands in
        return area, block.text, "insatser" if area and role in ("behallare", "nulage") else role
    own = not known.mall  # a heading of the report's own says where it stands
    return known.omrade if own or known.omrade or known.roll in ("titel", "ekonomi") else area, block.text, known.roll


def _parts(text: str, first: int, last: int) -> Iterator[tuple[int, int]]:
    """A sentence that lists several measures, cut into them."""
    at = first
    for match in rules().delning.finditer(text, first, last):
        yield at, match.start()
        at = match.end()
    yield at, last
