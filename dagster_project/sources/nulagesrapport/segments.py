"""Which documents a file holds, where each begins and ends, and which of them is a region's report."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, replace

from dagster_project.sources.nulagesrapport.blocks import Block
from dagster_project.sources.nulagesrapport.headings import place
from dagster_project.sources.nulagesrapport.rules import PLAIN, kind_of_title, rules

#: Documents that a file with a region's report alone does not hold.
NO_REPORTS = ("overenskommelse", "myndighetsrapport", "skl_meddelande", "presentation")
#: A title is shorter than this.
TITLE = 160
#: A status report speaks under at least so many known headings.
HEADINGS = 3


@dataclass(frozen=True)
class Segment:
    """One document of a file. ``rapport`` is true for a region's report, the only kind that gives rows; ``slag`` is what its title
    calls it, None where the title does not say."""

    nr: int
    typ: str
    rad: int
    rad_till: int
    titel: str
    overenskommelse: str | None
    datum: str | None
    blocks: tuple[Block, ...]
    slag: str | None = None
    avtal: str | None = None  # of a report, the agreement that it is read under: the sidecar's, otherwise the text's

    @property
    def mallar(self) -> frozenset[str]:
        """The templates whose headings of areas it has."""
        return frozenset(b.rubrik.mall for b in self.blocks if b.rubrik and b.rubrik.omrade and b.rubrik.mall)

    @property
    def rapport(self) -> bool:
        return self.typ == "nulagesrapport"


def split(blocks: list[Block], last_line: int, agreement: str | None = None, slag: str | None = None) -> list[Segment]:
    """The documents of a file in order; together they cover every line.

    A report is known by its title and the headings of its agreement. Where no document of the file is one by both, the title is enough,
    and where there is no title either, that the sidecar says ``agreement`` or ``slag``: but never in a file that holds an agreement or an
    authority's report.
    """
    found = _documents(blocks, last_line, agreement, trusted=False)
    if any(s.rapport for s in found) or _none_of_it(blocks, found):
        return found
    found = _documents(blocks, last_line, agreement, trusted=True)
    if any(s.rapport for s in found):
        return found
    own = [s for s in found if s.typ == "ovrigt"]
    first = next((s for s in own if title_of(s)), None) or (own[0] if own and (agreement or slag) else None)
    return [_as_report(s, agreement) if s is first else s for s in found]


def _documents(blocks: list[Block], last_line: int, agreement: str | None, *, trusted: bool) -> list[Segment]:
    """The documents; one with the title of a report is one if its headings say so, or if titles are ``trusted``."""
    starts: list[tuple[int, str]] = []
    for i, block in enumerate(blocks):
        if block.slag != "artefakt" and (not starts or block.sidstart):
            typ = _kind(blocks, i)
            if not starts or (
                typ and typ != starts[-1][1] and (typ != "nulagesrapport" or trusted or _speaks(blocks[i:]))
            ):
                starts.append((i, typ or "ovrigt"))
    bounds = [1] + [_first_line(blocks, i) for i, _ in starts[1:]] + [last_line + 1]
    found = []
    for nr, (i, typ) in enumerate(starts, 1):
        part = tuple(blocks[i : starts[nr][0] if nr < len(starts) else len(blocks)])
        if typ == "nulagesrapport" and not (trusted or _speaks(list(part))):
            typ = "ovrigt"
        date = next((m[0] for b in part[:8] if (m := re.search(r"\b20\d\d-\d\d-\d\d\b", b.text))), None)
        one = Segment(nr, typ, bounds[nr - 1], bounds[nr] - 1, _title(part, typ), _agreement(part, date), date, part)
        found.append(_as_report(one, agreement) if one.rapport else one)
    return found


def _as_report(segment: Segment, agreement: str | None) -> Segment:
    """A document as a region's report: its kind by its title, its own headings placed in the areas of its agreement."""
    title = title_of(segment)
    return replace(
        segment,
        typ="nulagesrapport",
        slag=kind_of_title(title) if title else None,
        titel=title or segment.titel,
        avtal=agreement or segment.overenskommelse,
        blocks=place(segment.blocks, agreement or segment.overenskommelse),
    )


def title_of(segment: Segment) -> str:
    """The first block near the beginning that calls the document a report, a heading before a paragraph; blank where none does."""
    near = [b for b in segment.blocks if b.rad <= segment.rad + rules().titelrader and b.slag in ("rubrik", "stycke")]
    titles = [b for b in near if len(b.text) < TITLE and kind_of_title(b.text)]
    return next((b.text for b in sorted(titles, key=lambda b: b.slag != "rubrik")), "")[:200]


def _none_of_it(blocks: list[Block], found: list[Segment]) -> bool:
    """Is the file an agreement, a letter about one or an authority's report?"""
    if any(s.typ in NO_REPORTS for s in found) or any(rules().ej_rapport.search(b.text) for b in blocks):
        return True
    text = "\n".join(b.text for b in blocks).translate(PLAIN)
    return sum(word.search(text) is not None for word in rules().avtalsord) >= rules().minst_avtalsord


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
