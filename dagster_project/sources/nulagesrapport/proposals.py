"""What a report seems to say: measures, coded facts, amounts, shares, dates, costs, results, and which of the agreement's points it answers.

Every proposal names the rule that made it and how sure it is, and quotes its lines. Nothing is filled in that the report does not
say: where a rule looked and found nothing the proposal is ``ej_funnet``, and a field without a rule is ``ej_bedomd``. That a report does
not say something (``ej_angivet``) is a person's to say.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from dagster_project.reading.names import MONTHS, norm
from dagster_project.sources.nulagesrapport import money, words
from dagster_project.sources.nulagesrapport.facts import facts
from dagster_project.sources.nulagesrapport.forslag import Forslag, identify, said
from dagster_project.sources.nulagesrapport.measures import measures
from dagster_project.sources.nulagesrapport.rules import area_words, areas, points
from dagster_project.sources.nulagesrapport.segments import Segment
from dagster_project.sources.nulagesrapport.sentences import Mening, sentences_of
from dagster_project.sources.nulagesrapport.tables import tables
from dagster_project.sources.nulagesrapport.words import YEAR

DATE = re.compile(
    rf"\b({YEAR})-(\d\d)-(\d\d)\b|\b(\d{{1,2}}) ({'|'.join(MONTHS)}) ({YEAR})\b|\b({'|'.join(MONTHS)}) ({YEAR})\b"
)
DOCUMENT = re.compile(
    r"\b(?:[A-ZÅÄÖ][\wåäö-]* (?:och )?)?[\wåäö-]*(?:strategi(?:n|er)?|målbild(?:en)?|färdplan(?:en)?|handlingsplan(?:en)?|utvecklingsplan(?:en)?"
    rf"|programplan(?:en)?)\b(?: (?:i|för) [A-ZÅÄÖ]\w+)?(?: {YEAR}(?:-{YEAR})?)?",
    re.IGNORECASE,
)


def propose(segment: Segment, year: int | None = None) -> list[Forslag]:
    """All proposals of a report, in the order of the report; the same statement twice refers back to the first.

    :param year: the year that it reports on; without it the points of all years of its agreement are asked for.
    """
    sentences = list(sentences_of(segment))
    named = area_words(segment.avtal)
    found = list(tables(segment, named))
    asked = _areas(segment)
    return identify(
        [
            *measures(sentences, found),
            *_shares(sentences),
            *money.amounts(sentences),
            *_dates(sentences),
            *_documents(sentences),
            *money.costs(sentences, found, asked, named),
            *_results(sentences, asked),
            *_points(segment, sentences, year),
            *facts(segment),
        ]
    )


def _areas(segment: Segment) -> list[int]:
    """The areas that the report is asked about: those of the templates whose headings it has, otherwise those of its agreement."""
    templates = segment.mallar
    return sorted({area for t in templates for area in areas(t)}) or [w.omrade for w in area_words(segment.avtal)]


# --- figures, dates, documents, results ---------------------------------------------------------------------------------------


def _shares(sentences: list[Mening]) -> Iterator[Forslag]:
    """Percentages and ranges of them, each once, with the comparison that follows; counts of units as percent."""
    for i, s in enumerate(sentences):
        for value in words.shares(s.text):
            after = sentences[i + 1].text if i + 1 < len(sentences) and sentences[i + 1].stycke == s.stycke else ""
            compared = re.search(
                r"[^.]*\b(?:riks?snittet|rikssnitt|riket|genomsnittet|föregående år)\b[^.]*\.?", f"{s.text} {after}"
            )
            text = f"{s.text} {after}" if compared and compared[0].strip() in after else s.text
            last = sentences[i + 1].rad_till if text != s.text else s.rad_till
            place = replace(s, text=text, rad_till=last)
            yield said(place, "andel", "andel", 0.9, falt="andel", resultatstatus="kvantifierat", varde=value)


def _dates(sentences: list[Mening]) -> Iterator[Forslag]:
    for s in sentences:
        for m in DATE.finditer(s.text):
            if m[1]:
                value = m[0]
            elif m[4]:
                value = f"{m[6]}-{MONTHS.index(m[5]) + 1:02d}-{int(m[4]):02d}"
            else:
                value = f"{m[8]}-{MONTHS.index(m[7]) + 1:02d}"
            yield said(
                s,
                "datum",
                "datum",
                0.9,
                falt="datum",
                varde=value,
            )


def _documents(sentences: list[Mening]) -> Iterator[Forslag]:
    seen = set()
    for s in sentences:
        for m in DOCUMENT.finditer(s.text):
            if norm(m[0]) not in seen and (m[0][:1].isupper() or re.search(YEAR, m[0])):
                seen.add(norm(m[0]))
                yield said(
                    s,
                    "dokument",
                    "dokument",
                    0.6,
                    falt="dokument",
                    varde=m[0],
                )


def _results(sentences: list[Mening], asked: list[int]) -> Iterator[Forslag]:
    """What the report says of results: every sentence with a share, and of an area without one its first that tells of an effect."""
    told = [s for s in sentences if s.roll in ("insatser", "behallare", "resultat") and s.slag != "tabellrad"]
    for area in sorted({*asked, *(s.omrade for s in told)}):
        states = [(s, words.result_status(s.text)) for s in told if s.omrade == area]
        hits = [(s, k) for s, k in states if k == "kvantifierat"] or [(s, k) for s, k in states if k == "kvalitativt"][
            :1
        ]
        for s, state in hits:
            share = words.printed_share(s.text)
            yield said(s, "resultat", f"resultat:{state}", 0.8, varde=share, resultatstatus=state)
        if not hits and area:
            yield Forslag(
                "resultat",
                area,
                "",
                None,
                None,
                None,
                "resultat",
                0.5,
                forekomst="ej_funnet",
                resultatstatus="ej_angivet",
            )


def _points(segment: Segment, sentences: list[Mening], year: int | None) -> Iterator[Forslag]:
    """Each of the points that the report is asked about: where it is answered, or that it is not."""
    for point in points(segment.avtal, year):
        heading = next((b for b in segment.blocks if b.slag == "rubrik" and point["monster"].search(b.text)), None)
        answer = next(
            (s for s in sentences if s.roll in ("insatser", "behallare") and point["monster"].search(s.text)),
            None,
        )
        text, rad, rad_till, sida, sure = (
            (heading.text, heading.rad, heading.rad_till, heading.sida, 0.9)
            if heading
            else (answer.text, answer.rad, answer.rad_till, answer.sida, 0.6)
            if answer
            else ("", None, None, None, 0.5)
        )
        yield Forslag(
            "tackning",
            point["omrade"],
            text,
            rad,
            rad_till,
            sida,
            f"punkt:{point['punkt']}",
            sure,
            falt=point["punkt"],
            varde="besvarad" if text else "",
            forekomst="angivet" if text else "ej_funnet",
        )
