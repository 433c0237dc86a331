"""Coded facts: the fields of the code frame, each looked for in the whole text of a report, and lines that may answer the rest.

A sentence that denies what a field asks gives ``nej``; one that only plans it gives nothing. Where no rule finds an answer the lines with
most of the field's search words are shown as candidates: what they say is the coder's to say.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from dagster_project.reading.names import MONTHS
from dagster_project.sources.nulagesrapport import words
from dagster_project.sources.nulagesrapport.blocks import Block
from dagster_project.sources.nulagesrapport.forslag import Forslag
from dagster_project.sources.nulagesrapport.rules import Falt, code_frame, rules, template
from dagster_project.sources.nulagesrapport.segments import Segment
from dagster_project.sources.nulagesrapport.words import YEAR

NUMBERS = {
    w: str(i)
    for i, w in enumerate(
        ["noll", "en", "två", "tre", "fyra", "fem", "sex", "sju", "åtta", "nio", "tio", "elva", "tolv"]
    )
} | {"ett": "1"}
DAY = re.compile(rf"(\d{{1,2}}) ({'|'.join(MONTHS)}) ({YEAR})", re.IGNORECASE)
MONTH = re.compile(rf"({'|'.join(MONTHS)}) ({YEAR})", re.IGNORECASE)
#: The values of a field that a word of denial gives it.
NO = ("ja", "finns", "infort")
#: So many candidates are shown.
CANDIDATES = 3


@dataclass(frozen=True)
class _Text:
    """The report's text with a line per block, where each block begins in it, and its sentences."""

    text: str
    places: list[tuple[int, Block]]

    def lines(self, first: int, last: int) -> tuple[int, int, int]:
        """First and last line and the page of ``text[first:last]``."""
        block, at = self._place(first)
        ending, to = self._place(max(last - 1, first))
        return block.lines_of(at, at + 1)[0], ending.lines_of(to, to + 1)[1], block.sida

    def _place(self, at: int) -> tuple[Block, int]:
        start, block = next((p for p in reversed(self.places) if p[0] <= at), self.places[0])
        return block, min(at - start, max(len(block.text) - 1, 0))

    def sentence(self, first: int, last: int) -> tuple[str, int]:
        """The sentence that holds ``text[first:last]``, and where it begins."""
        start = max(self.text.rfind("\n", 0, first), self.text.rfind(". ", 0, first)) + 1
        ends = [i for i in (self.text.find("\n", last), self.text.find(". ", last)) if i >= 0]
        return self.text[start : min(ends, default=len(self.text))], start


def facts(segment: Segment) -> Iterator[Forslag]:
    """Each field of the code frame for reports of this kind: its first answer in the text, or that none was found, with candidates."""
    whole = _whole(segment)
    sentences = _sentences(whole)
    templates = segment.mallar or {template(segment.avtal)}
    for field in code_frame():
        if field.mall in templates:
            yield _answer(field, whole) or _unanswered(field, whole, sentences)


def _answer(field: Falt, whole: _Text) -> Forslag | None:
    for rule in field.regler:
        for match in rule.monster.finditer(whole.text):
            value = _said(field, rule.varde, match, whole)
            if value is None:
                continue
            rad, rad_till, sida = whole.lines(match.start(), match.end())
            quote = " ".join(match[0].split())
            return Forslag(
                "uppgift", 0, quote, rad, rad_till, sida, f"kodram:{field.falt}", 0.7, falt=field.falt, varde=value
            )
    return None


def _said(field: Falt, given: str, match: re.Match[str], whole: _Text) -> str | None:
    """The value that a hit gives; None where the sentence denies it of a field that has no ``nej``, or only plans it."""
    value = _value(field.typ, match.expand(given) if given else " ".join(match[0].split()))
    if field.typ == "tal" and not re.fullmatch(r"\d+(?:[.,]\d+)?(?: .*)?|\d[\d ]*.*", value):
        return None
    if field.typ in ("ja_nej", "kod") and given in NO and not rules().nekad.search(match.re.pattern):
        sentence, start = whole.sentence(match.start(), match.end())
        said = words.clause(
            sentence, max(match.start() - start, 0), min(match.end() - start, len(sentence)), words.PART
        )
        row = words.word_of_status(sentence.split(" | ")[1:]) if " | " in sentence else ""
        if row == "planerad":
            return None
        if row == "nej" or rules().nekad.search(said):
            return "nej" if "nej" in field.varden else None
        if not row and rules().bara_plan.search(said) and not rules().bara_plan.search(match[0]):
            return None
    return value


def _value(kind: str, text: str) -> str:
    if kind == "tal":
        return NUMBERS.get(text.lower(), text)
    if kind == "manad" and (match := MONTH.search(text)):
        return f"{match[2]}-{MONTHS.index(match[1].lower()) + 1:02d}"
    if kind == "datum" and (match := DAY.search(text)):
        return f"{match[3]}-{MONTHS.index(match[2].lower()) + 1:02d}-{int(match[1]):02d}"
    return text.strip(" ;,.")


def _unanswered(field: Falt, whole: _Text, sentences: list[tuple[int, str]]) -> Forslag:
    """A field without an answer, with the lines that hold most of its search words."""
    state = "ej_funnet" if field.regler else "ej_bedomd"
    hits = _candidates(field.sokord, sentences)
    if not hits:
        rule = f"kodram:{field.falt}" if field.regler else ""
        return Forslag("uppgift", 0, "", None, None, None, rule, 0.0, falt=field.falt, forekomst=state)
    first, text = hits[0]
    rad, rad_till, sida = whole.lines(first, first + len(text))
    shown = " … ".join(" ".join(t.split()) for _, t in hits)
    return Forslag(
        "uppgift", 0, shown, rad, rad_till, sida, f"sokord:{field.falt}", 0.1, falt=field.falt, forekomst=state
    )


def _candidates(search: tuple[str, ...], sentences: list[tuple[int, str]]) -> list[tuple[int, str]]:
    """The sentences with most of the words, at least two of several; the first ones first."""
    need = min(2, len(search))
    scored = [(sum(f" {w}" in low for w in search), at, text) for at, text, low in sentences_lower(sentences)]
    best = sorted((s for s in scored if s[0] >= need), key=lambda s: (-s[0], s[1]))[:CANDIDATES]
    return [(at, text) for n, at, text in best if n == best[0][0]]


def sentences_lower(sentences: list[tuple[int, str]]) -> Iterator[tuple[int, str, str]]:
    return ((at, text, f" {text.lower()}") for at, text in sentences)


def _sentences(whole: _Text) -> list[tuple[int, str]]:
    return [(m.start(), m[0]) for m in re.finditer(r"[^\n]+?(?:\.(?=\s)|(?=\n)|$)", whole.text) if len(m[0]) > 15]


def _whole(segment: Segment) -> _Text:
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
    return _Text("\n".join(parts), places)
