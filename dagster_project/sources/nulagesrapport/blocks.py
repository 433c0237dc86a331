"""Lines into blocks: headings, paragraphs, list items, table rows and artefacts, with the verbatim text beside the cleaned one."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, replace

from dagster_project.sources.nulagesrapport.lines import GLYPH, Rad
from dagster_project.sources.nulagesrapport.rules import Rubrik, could_begin, find_heading, of_a_heading, rules

NUMBERED = re.compile(r"^\d+(?:\.\d+)*\.?\s+[A-ZÅÄÖ]")
LINK = re.compile(r"^(?:mailto:|https?://|www\.)\S+$")
PAGE_NUMBER = re.compile(r"(?:sida? )?\d{1,3}(?: ?\(\d+\)| av \d+)?", re.IGNORECASE)
#: A line at least this long was cut by the margin.
WRAPPED = 50
#: A heading that nothing but its place marks is no longer than this.
ALONE = 80
CAPTION = re.compile(r"(?:tabell|figur|diagram|bild)\b", re.IGNORECASE)
FOOTNOTE = re.compile(r"^(\d{1,2}) ?[A-ZÅÄÖ]")


@dataclass(frozen=True)
class Block:
    """A piece of a document. ``text`` is cleaned, ``ordagrant`` is as it stands, with line breaks."""

    nr: int
    sida: int
    rad: int
    rad_till: int
    slag: str  # rubrik, stycke, punkt, tabellrad, artefakt
    stil: str
    text: str
    ordagrant: str
    rubrik: Rubrik | None = None
    sidstart: bool = False
    rader: tuple[tuple[int, int], ...] = ()  # (position in text, line): where each line of the document begins

    def lines_of(self, first: int, last: int) -> tuple[int, int]:
        """The document's lines that hold ``text[first:last]``."""
        spans = self.rader or ((0, self.rad),)
        return max(line for at, line in spans if at <= first), max(line for at, line in spans if at < max(last, 1))


# --- words ----------------------------------------------------------------------------------------------------------------


def join(left: str, right: str) -> str:
    """Two lines of a paragraph as one, with the hyphen at the line's end judged.

    ``rappor-`` + ``tering`` → ``rapportering``; ``hälso-`` + ``och`` keeps it; ``2019-`` + ``2020`` is a range.
    """
    left, right = left.rstrip(), right.lstrip()
    if not left or not right:
        return left + right
    match = re.search(r"([^\W\d_]+|\d{4})-$", left)
    if not match:
        return f"{left} {right}"
    word, first = match[1], re.split(r"[\s,.;:]", right, maxsplit=1)[0]
    if word.isdigit():
        return left + right if re.match(r"\d{4}", first) else f"{left} {right}"
    if first.lower() in rules().behall_fore or not first[:1].islower():
        return f"{left} {right}"
    if word.lower() in rules().behall_led or word.isupper():
        return left + right
    return left[:-1] + right


def clean(text: str) -> str:
    """Spaces, glyphs and hyphens left from old line breaks put right. A real hyphen is one whose first part is listed."""
    text = re.sub(r"[ \t\u00a0]+", " ", GLYPH.sub("", text)).strip()
    text = re.sub(r"(\w)- (in|up|on|out)\b", r"\1-\2", text)
    text = re.sub(r"(?<!\d)((?:19|20)\d\d)[-–] ?((?:19|20)\d\d)(?!\d)", r"\1-\2", text)

    def judge(match: re.Match[str]) -> str:
        first, second = match[1], match[2]
        kept = first.lower() in rules().behall_led or second in rules().behall_fore
        return match[0] if kept else first + second

    return re.sub(r"(?<![\w-])([A-ZÅÄÖa-zåäö][a-zåäö]{2,})-([a-zåäö]{3,})(?![\w-])", judge, text)


# --- artefacts --------------------------------------------------------------------------------------------------------------


def _artefacts(lines: list[Rad]) -> tuple[set[int], dict[int, set[str]]]:
    """Indexes of lines that are no part of the text, and per page the footnote marks that stand in it.

    Page numbers, running headers, links, rules of dashes, small print and footnotes are no part of the text.
    """
    found: set[int] = set()
    notes: dict[int, set[str]] = {}
    pages: dict[int, list[int]] = {}
    for i, line in enumerate(lines):
        text = line.text.strip()
        if text:
            pages.setdefault(line.sida, []).append(i)
            if line.stil == "fot" or LINK.match(text) or re.fullmatch(r"[_\-–—=. ]{5,}", text):
                found.add(i)
    edges = {i for on_page in pages.values() for i in (*on_page[:2], *on_page[-2:])}
    repeated = Counter(re.sub(r"\d+", "#", lines[i].text.strip()) for i in edges)
    for i in edges:
        if len(pages) >= 3 and repeated[re.sub(r"\d+", "#", lines[i].text.strip())] >= 3 and not lines[i].punkt:
            found.add(i)
    for i in {i for on_page in pages.values() for i in (on_page[0], on_page[-1])}:
        if PAGE_NUMBER.fullmatch(lines[i].text.strip()) and len(pages) > 1:
            found.add(i)
    for page, on_page in pages.items():
        for k, i in enumerate(on_page):
            start = FOOTNOTE.match(lines[i].text.strip())
            above = " ".join(lines[j].text.strip() for j in on_page[:k])
            if start and len(on_page) - k <= 14 and re.search(rf"[a-zåäö)”][.,]? ?{start[1]}(?=\s|$)", above):
                notes.setdefault(page, set()).add(start[1])
                found |= set(on_page[k:])
    return found, notes


# --- blocks -----------------------------------------------------------------------------------------------------------------


def build(lines: list[Rad]) -> list[Block]:
    """The blocks of a document, in order."""
    artefacts, notes = _artefacts(lines)
    made: list[Block] = []
    open_: list[Rad] = []
    kind, gap, opened, i = "stycke", True, True, 0
    styled = any(line.stil.startswith("rubrik") for line in lines)  # the document itself says which its headings are

    def close() -> None:
        if open_:
            made.append(_block(kind, open_, notes))
            open_.clear()

    while i < len(lines):
        line = lines[i]
        opened = opened or line.sidstart or bool(rules().brevhuvud.match(line.text))
        if not line.text.strip():
            gap = gap or line.ny
            i += 1
            continue
        if i in artefacts:
            made.append(_block("artefakt", [line], {}))
            i += 1
            continue
        heading, used = _heading(lines, i, artefacts, gap or line.ny or opened, styled)
        if used:
            close()
            made.append(_block("rubrik", [x for x in lines[i : i + used] if x.text.strip()], notes, heading, opened))
            gap, opened, i = True, False, i + used
            continue
        if line.stil == "tabell":
            close()
            made.append(_block("tabellrad", [line], {}))
        elif not open_ or line.punkt or _new_paragraph(open_, kind, line, gap, opened):
            close()
            kind = "punkt" if line.punkt else "stycke"
            open_.append(_opening(line, opened))
        else:
            open_.append(line)
        gap, opened = False, False
        i += 1
    close()
    made.sort(key=lambda b: b.rad)
    return [replace(b, nr=nr) for nr, b in enumerate(made, 1)]


def _opening(line: Rad, opened: bool) -> Rad:
    return replace(line, sidstart=opened)


def _new_paragraph(open_: list[Rad], kind: str, line: Rad, gap: bool, opened: bool) -> bool:
    """Does the line open a paragraph? A sentence cut by the page's end goes on, whatever blanks stand between."""
    if rules().brevhuvud.match(line.text):
        return True
    unfinished = open_[-1].text.strip()[-1:] not in '.!?:;”"'
    lower = line.text.strip()[:1].islower()
    if opened:
        wrapped = len(open_[-1].text.strip()) >= WRAPPED and not gap
        return not (lower if kind == "punkt" else unfinished and (lower or wrapped))
    return (gap and not (lower and unfinished)) or line.ny


def _heading(lines: list[Rad], i: int, artefacts: set[int], fresh: bool, styled: bool) -> tuple[Rubrik | None, int]:
    """The heading that begins at line ``i`` and how many lines it takes; 0 where there is none."""
    line = lines[i]
    if line.punkt or line.stil == "tabell":
        return None, 0
    if line.stil.startswith("rubrik"):
        last = i
        while last + 1 < len(lines) and lines[last + 1].stil == line.stil and not lines[last + 1].ny:
            last += 1
        return find_heading(" ".join(x.text.strip() for x in lines[i : last + 1])), last + 1 - i
    best: tuple[Rubrik | None, int] = (None, 0)
    text, taken, j = "", 0, i
    while j < len(lines) and taken < 5:
        if lines[j].text.strip() and j not in artefacts:
            if taken and (lines[j].punkt or lines[j].sidstart):
                break
            text, taken = join(text, lines[j].text) if text else lines[j].text.strip(), taken + 1
            hit = find_heading(text)
            if hit:
                best = (hit, j + 1 - i)
            elif not could_begin(text):
                break
        j += 1
    if not best[1] and fresh and NUMBERED.match(line.text.strip()) and len(line.text.strip()) < 100:
        last = i
        while (
            last + 1 < len(lines)
            and lines[last + 1].text.strip()
            and not (lines[last + 1].ny or lines[last + 1].punkt)
            and last < i + 3
        ):
            last += 1
        if lines[last].text.strip()[-1] not in ".,;:":
            return None, last + 1 - i
    if not best[1] and fresh and not styled and _alone(lines, i) and (line.text.isupper() or of_a_heading(line.text)):
        return None, 1
    return best


def _alone(lines: list[Rad], i: int) -> bool:
    """Is the line a paragraph of its own that looks like a heading: short, capital first, no mark at its end?"""
    text = lines[i].text.strip()
    if (
        CAPTION.match(text)
        or not 4 <= len(text) <= ALONE
        or text[-1] in ".,;:!?-"
        or not text[0].isupper()
        or len(text.split()) > ALONE // 8
    ):
        return False
    j, gap = i + 1, False
    while j < len(lines) and not lines[j].text.strip():
        gap, j = gap or lines[j].ny, j + 1
    return j < len(lines) and (gap or lines[j].ny) and not lines[j].text.strip()[0].islower()


def _block(
    kind: str, lines: list[Rad], notes: dict[int, set[str]], heading: Rubrik | None = None, opened: bool = False
) -> Block:
    text, starts = "", []
    for line in lines:
        piece = clean(line.text) if kind != "artefakt" else line.text.strip()
        for mark in notes.get(line.sida, ()):
            piece = re.sub(rf"(?<=[a-zåäö)”])([.,]?){mark}(?=\s|$)|(?<=[a-zåäö][.,]) {mark}(?=\s|$)", r"\1", piece)
        text = join(text, piece)
        starts.append((max(0, len(text) - len(piece.lstrip())), line.nr))
    return Block(
        0,
        lines[0].sida,
        lines[0].nr,
        lines[-1].nr,
        kind,
        lines[0].stil,
        text,
        "\n".join(x.text for x in lines),
        heading,
        opened or lines[0].sidstart,
        tuple(starts),
    )
