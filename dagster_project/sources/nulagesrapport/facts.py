"""Coded facts: the fields of the code frame, each looked for in the whole text of a status report."""

from __future__ import annotations

import re
from collections.abc import Iterator

from dagster_project.reading.names import MONTHS
from dagster_project.sources.nulagesrapport.blocks import Block
from dagster_project.sources.nulagesrapport.forslag import Forslag
from dagster_project.sources.nulagesrapport.rules import code_frame
from dagster_project.sources.nulagesrapport.segments import Segment

NUMBERS = {
    w: str(i)
    for i, w in enumerate(
        ["noll", "en", "två", "tre", "fyra", "fem", "sex", "sju", "åtta", "nio", "tio", "elva", "tolv"]
    )
} | {"ett": "1"}
YEAR = r"(?:19|20)\d\d"


def facts(segment: Segment) -> Iterator[Forslag]:
    """Each field of the code frame for reports of this kind: its first hit in the text, or that there is none."""
    text, places = _whole(segment)
    for field in code_frame():
        if field.mall not in segment.mallar:
            continue
        if field.monster is None:
            yield Forslag("uppgift", 0, "", None, None, None, "", 0.0, falt=field.falt, forekomst="ej_bedomd")
            continue
        match = field.monster.search(text)
        if match is None:
            yield Forslag(
                "uppgift", 0, "", None, None, None, f"kodram:{field.falt}", 0.5, falt=field.falt, forekomst="ej_angivet"
            )
            continue
        block, first = _place(places, match.start())
        ending, last = _place(places, max(match.end() - 1, match.start()))
        rad, _ = block.lines_of(first, first + 1)
        _, rad_till = ending.lines_of(last, last + 1)
        quote = " ".join(match[0].split())
        value = _value(field.typ, match.expand(field.varde) if field.varde else quote)
        yield Forslag(
            "uppgift", 0, quote, rad, rad_till, block.sida, f"kodram:{field.falt}", 0.7, falt=field.falt, varde=value
        )


def _value(kind: str, text: str) -> str:
    if kind == "tal":
        return NUMBERS.get(text.lower(), text)
    if kind == "manad" and (match := re.search(rf"({'|'.join(MONTHS)}) ({YEAR})", text, re.IGNORECASE)):
        return f"{match[2]}-{MONTHS.index(match[1].lower()) + 1:02d}"
    return text.strip(" ;,.")


def _whole(segment: Segment) -> tuple[str, list[tuple[int, Block]]]:
    """The report's text with a line per block, and where each block begins in it. A list's items are counted after it.

    After the last item of a list stands ``⟨7 punkter⟩``, so that a pattern of the code frame may ask for the number of items.
    """
    parts: list[str] = []
    places, at, items = [], 0, 0
    body = [b for b in segment.blocks if b.slag != "artefakt"]
    for block, following in zip(body, [*body[1:], None], strict=True):
        items = items + 1 if block.slag == "punkt" else 0
        text = block.text + (
            f" ⟨{items} punkter⟩" if items and (following is None or following.slag != "punkt") else ""
        )
        places.append((at, block))
        parts.append(text)
        at += len(text) + 1
    return "\n".join(parts), places


def _place(places: list[tuple[int, Block]], at: int) -> tuple[Block, int]:
    start, block = next((p for p in reversed(places) if p[0] <= at), places[0])
    return block, min(at - start, max(len(block.text) - 1, 0))
