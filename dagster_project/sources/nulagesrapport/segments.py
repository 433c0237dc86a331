"""Which documents a file holds, where each begins and ends, and which of them is a status report."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass

from dagster_project.sources.nulagesrapport.blocks import Block
from dagster_project.sources.nulagesrapport.rules import PLAIN, rules

#: A status report speaks under at least so many known headings.
HEADINGS = 3


@dataclass(frozen=True)
class Segment:
    """One document of a file. ``rapport`` is true for a status report, the only kind that gives rows."""

    nr: int
    typ: str
    rad: int
    rad_till: int
    titel: str
    overenskommelse: str | None
    datum: str | None
    blocks: tuple[Block, ...]

    @property
    def rapport(self) -> bool:
        return self.typ == "nulagesrapport"

    @property
    def mallar(self) -> frozenset[str]:
        """The templates whose headings of areas it has."""
        return frozenset(block.rubrik.mall for block in self.blocks if block.rubrik and block.rubrik.omrade)


def split(blocks: list[Block], last_line: int) -> list[Segment]:
    """The documents of a file in order; together they cover every line."""
    starts: list[tuple[int, str]] = []
    for i, block in enumerate(blocks):
        if block.slag != "artefakt" and (not starts or block.sidstart):
            typ = _kind(blocks, i)
            if not starts or (typ and typ != starts[-1][1] and (typ != "nulagesrapport" or _speaks(blocks[i:]))):
                starts.append((i, typ or "ovrigt"))
    bounds = [1] + [_first_line(blocks, i) for i, _ in starts[1:]] + [last_line + 1]
    found = []
    for nr, (i, typ) in enumerate(starts, 1):
        part = tuple(blocks[i : starts[nr][0] if nr < len(starts) else len(blocks)])
        if typ == "nulagesrapport" and not _speaks(list(part)):
            typ = "ovrigt"
        date = next((m[0] for b in part[:8] if (m := re.search(r"\b20\d\d-\d\d-\d\d\b", b.text))), None)
        found.append(
            Segment(nr, typ, bounds[nr - 1], bounds[nr] - 1, _title(part, typ), _agreement(part, date), date, part)
        )
    return found


def _speaks(blocks: list[Block]) -> bool:
    """Are there headings of a status report here, before another document's title?"""
    return sum(b.rubrik is not None and b.rubrik.omrade > 0 for b in blocks) >= HEADINGS


def _first_line(blocks: list[Block], i: int) -> int:
    """Where the document that begins with block ``i`` begins: rules and page numbers above its title are its own."""
    while i > 0 and blocks[i - 1].slag == "artefakt" and blocks[i - 1].sida == blocks[i].sida:
        i -= 1
    return blocks[i].rad


def _lines(blocks: list[Block], i: int, limit: int) -> list[str]:
    """The first lines of text of the page that opens at block ``i``, list items left out."""
    lines: list[str] = []
    for block in blocks[i:]:
        if len(lines) >= limit or (lines and block.sidstart):
            break
        if block.slag not in ("punkt", "artefakt"):
            lines += [x.strip() for x in block.ordagrant.split("\n")]
    return lines[:limit]


def _kind(blocks: list[Block], i: int) -> str | None:
    """The type of the document that begins with block ``i``, None where the page goes on with the one before."""
    if blocks[i].slag == "punkt":
        return None
    hits = []
    for order, kind in enumerate(rules().dokumenttyper):
        for at, line in enumerate(_lines(blocks, i, kind.rader)):
            if kind.titel.search(line.translate(PLAIN)):
                hits.append((at, order, kind.typ))
                break
    return min(hits)[2] if hits else None


def _title(part: tuple[Block, ...], typ: str) -> str:
    pattern = next((k.titel for k in rules().dokumenttyper if k.typ == typ), None)
    for block in part[:12]:
        if pattern and any(pattern.search(x.strip().translate(PLAIN)) for x in block.ordagrant.split("\n")):
            return block.text[:200]
    return next((b.text[:200] for b in part if b.slag != "artefakt"), "")


def _agreement(part: tuple[Block, ...], date: str | None) -> str | None:
    """The agreement a document names most often, with its year: from the name, otherwise from the date."""
    text = " ".join(b.text for b in part).translate(PLAIN)
    named = Counter({m.kod: len(m.monster.findall(text)) for m in rules().overenskommelser})
    code, times = named.most_common(1)[0]
    if not times:
        return None
    pattern = next(m.monster.pattern for m in rules().overenskommelser if m.kod == code)
    year = re.search(rf"(?:{pattern})[^.]{{0,20}}?\b(20\d\d)\b", text, re.IGNORECASE) or re.search(
        r"\b(20\d\d)\b", date or text
    )
    return f"{code}_{year[1]}" if year else code
