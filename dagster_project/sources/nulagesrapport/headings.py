"""The headings of a report that has its own: which area each opens, and what is told below it, by the words of ``rubrikord.yml``."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace

from dagster_project.sources.nulagesrapport.blocks import Block
from dagster_project.sources.nulagesrapport.rules import Omrade, Rubrik, area_words, kind_of_title, role_words, rules

DEPTH = re.compile(r"^\s*(\d+(?:\.\d+)*)\.?\s")
#: Below every heading.
NO_LEVEL = 99


@dataclass
class _Place:
    """Where the text stands while headings are read in order."""

    area: int = 0
    area_level: int = NO_LEVEL
    role: str = ""
    role_level: int = NO_LEVEL


def place(blocks: Iterable[Block], agreement: str | None) -> tuple[Block, ...]:
    """The blocks of a report, each heading that the lists do not know with its area (0: not divided), level and role."""
    found = list(blocks)
    levels = _levels(found)
    words = area_words(agreement)
    at, placed = _Place(), []
    for i, block in enumerate(found):
        if block.slag != "rubrik":
            placed.append(block)
            continue
        level = levels[i]
        if block.rubrik is not None:
            _known(at, block.rubrik, level)
            placed.append(block)
            continue
        title = block.rad <= found[0].rad + rules().titelrader and kind_of_title(block.text) is not None
        role = "titel" if title else _own(at, block.text, level, words)
        placed.append(replace(block, rubrik=Rubrik(block.text, 0 if title else at.area, level, role, "")))
    return tuple(placed)


def _known(at: _Place, heading: Rubrik, level: int) -> None:
    if heading.omrade or heading.roll in ("titel", "ekonomi"):
        at.area, at.area_level = heading.omrade, level if heading.omrade else NO_LEVEL
    at.role, at.role_level = heading.roll, level


def _own(at: _Place, text: str, level: int, words: tuple[Omrade, ...]) -> str:
    """Move to an own heading; what is told below it."""
    area = next((w.omrade for w in reversed(words) if w.i_rubrik.search(text)), 0)
    role = next((r.kod for r in role_words() if r.monster.search(text)), "")
    if area and level <= at.area_level:
        at.area, at.area_level = area, level
    elif level <= at.area_level:
        at.area, at.area_level = 0, NO_LEVEL
    if not role:
        role = at.role if at.role in ("nulage", "ekonomi") and level > at.role_level else "insatser"
    if role != at.role or level <= at.role_level:
        at.role, at.role_level = role, level
    return role


def _levels(blocks: list[Block]) -> dict[int, int]:
    """The level of each heading, 1 the highest: by its number, its style, or the size of its type."""
    headings = {i: b for i, b in enumerate(blocks) if b.slag == "rubrik"}
    sizes = sorted({size for b in headings.values() if (size := _size(b)) > 9}, reverse=True)
    return {
        i: number[1].count(".") + 1
        if (number := DEPTH.match(b.text))
        else sizes.index(size) + 1
        if (size := _size(b)) > 9
        else int(size) or 1
        for i, b in headings.items()
    }


def _size(block: Block) -> float:
    """What stands after ``rubrik``: a level in docx, the size of the type in pdf."""
    return float(block.stil.partition(" ")[2] or 0)
