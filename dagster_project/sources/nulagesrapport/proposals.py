"""What a status report seems to say: measures, coded facts, amounts, shares, dates, and which of the agreement's points it answers.

Every proposal names the rule that made it and how sure it is, and quotes its lines. Nothing is filled in that the report does not
say: a field without a hit is a proposal too, in the state ``ej_angivet``, and one without a rule is ``ej_bedomd``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from dagster_project.reading import amounts
from dagster_project.reading.names import MONTHS, norm
from dagster_project.sources.nulagesrapport.facts import YEAR, facts
from dagster_project.sources.nulagesrapport.forslag import Forslag, identify, said
from dagster_project.sources.nulagesrapport.rules import areas, rules
from dagster_project.sources.nulagesrapport.segments import Segment
from dagster_project.sources.nulagesrapport.sentences import Mening, sentences_of

SHARE = re.compile(r"(?<![\d-])(\d{1,3}(?:,\d+)?)(?: ?[-–] ?(\d{1,3}(?:,\d+)?))? ?(?:procent(?!enhet)|%)")
DATE = re.compile(
    rf"\b({YEAR})-(\d\d)-(\d\d)\b|\b(\d{{1,2}}) ({'|'.join(MONTHS)}) ({YEAR})\b|\b({'|'.join(MONTHS)}) ({YEAR})\b"
)
DOCUMENT = re.compile(
    r"\b(?:[A-ZÅÄÖ][\wåäö-]* (?:och )?)?[\wåäö-]*(?:strategi(?:n|er)?|målbild(?:en)?|färdplan(?:en)?|handlingsplan(?:en)?|utvecklingsplan(?:en)?"
    rf"|programplan(?:en)?)\b(?: (?:i|för) [A-ZÅÄÖ]\w+)?(?: {YEAR}(?:-{YEAR})?)?",
    re.IGNORECASE,
)


def propose(segment: Segment) -> list[Forslag]:
    """All proposals of a status report, in the order of the report; the same statement twice refers back to the first."""
    sentences = list(sentences_of(segment))
    asked = _areas(segment)
    found = [
        *_measures(sentences),
        *_shares(sentences),
        *_amounts(sentences),
        *_dates(sentences),
        *_documents(sentences),
        *_costs(sentences, asked),
        *_results(sentences, asked),
        *_points(segment, sentences),
        *facts(segment),
    ]
    return identify(found)


def _areas(segment: Segment) -> list[int]:
    """The areas that the report is asked about: those of the templates whose headings it has."""
    return sorted({area for template in segment.mallar for area in areas(template)})


# --- measures -------------------------------------------------------------------------------------------------------------


def _measures(sentences: list[Mening]) -> list[Forslag]:
    """Sentences that tell what is done, under headings where measures are told."""
    found: list[Forslag] = []
    paragraph = -1
    for s in sentences:
        if s.roll not in ("insatser", "behallare") or not s.omrade:
            continue
        goes_on = rules().fortsattning.search(s.text) is not None and s.stycke == paragraph
        status = next((m.kod for m in rules().status if m.monster.search(s.text)), "")
        if goes_on and found:
            found[-1] = _extend(found[-1], s)
        elif status and not rules().ej_insats.search(s.text):
            low, high = _years(s.text)
            found.append(
                said(
                    s,
                    "insats",
                    f"status:{status}",
                    0.8 if not rules().fortsattning.search(s.text) else 0.5,
                    status=status,
                    ar_fran=low,
                    ar_till=high,
                    omfattning=_word("omfattning", s.text),
                    malgrupp=_codes("malgrupp", s.text),
                    part=_codes("part", s.text),
                    tema=_codes("tema", s.text),
                    kostnadsstatus=(cost := _first("kostnad", s.text) or "ej_angivet"),
                    resultatstatus=_result(s.text),
                    kostnad_kr=_kronor(s.text) if cost == "belopp" else None,
                )
            )
            paragraph = s.stycke
        else:
            paragraph = -1
    return found


def _extend(measure: Forslag, s: Mening) -> Forslag:
    """A measure with the sentence that goes on about it."""
    low, high = _years(s.text)
    result = _result(s.text)
    return replace(
        measure,
        text=f"{measure.text} {s.text}",
        rad_till=max(measure.rad_till or 0, s.rad_till),
        ar_fran=measure.ar_fran or low,
        ar_till=measure.ar_till or high,
        part=measure.part or _codes("part", s.text),
        malgrupp=measure.malgrupp or _codes("malgrupp", s.text),
        kostnadsstatus=_first("kostnad", s.text) or measure.kostnadsstatus
        if measure.kostnadsstatus == "ej_angivet"
        else measure.kostnadsstatus,
        resultatstatus=result if result != "ej_angivet" else measure.resultatstatus,
    )


def _result(text: str) -> str:
    if rules().ej_resultat.search(text):
        return "ej_angivet"
    if SHARE.search(text):
        return "kvantifierat"
    return "kvalitativt" if _first("resultat", text) else "ej_angivet"


def _first(name: str, text: str) -> str:
    return next((m.kod for m in rules().listor[name] if m.monster.search(text)), "")


def _codes(name: str, text: str) -> str:
    return ";".join(m.kod for m in rules().listor[name] if m.monster.search(text))


def _word(name: str, text: str) -> str:
    """The scope as the report words it; words of scope are never made into a share."""
    return next((hit[0] for m in rules().listor[name] if (hit := m.monster.search(text))), "")


def _years(text: str) -> tuple[int | None, int | None]:
    """First and last year that a sentence names; a year that it starts from ("sedan 2016") has no last."""
    if match := re.search(rf"\b(?:sedan|från och med|fr ?\.?o\.? ?m\.?)\b[^.]{{0,20}}?({YEAR})", text):
        return int(match[1]), None
    years = [int(y) for y in re.findall(rf"(?<![\d/-])({YEAR})(?!\d)|(?<=[/-])({YEAR})(?!\d)", text) for y in y if y]
    return (min(years), max(years)) if years else (None, None)


# --- figures, dates, documents ----------------------------------------------------------------------------------------------


def _shares(sentences: list[Mening]) -> Iterator[Forslag]:
    """Percentages and ranges of them, each once, with the comparison that follows."""
    for i, s in enumerate(sentences):
        for match in SHARE.finditer(s.text):
            after = sentences[i + 1].text if i + 1 < len(sentences) and sentences[i + 1].stycke == s.stycke else ""
            compared = re.search(
                r"[^.]*\b(?:riks?snittet|rikssnitt|riket|genomsnittet|föregående år)\b[^.]*\.?", f"{s.text} {after}"
            )
            text = f"{s.text} {after}" if compared and compared[0].strip() in after else s.text
            last = sentences[i + 1].rad_till if text != s.text else s.rad_till
            yield said(
                replace(s, text=text, rad_till=last),
                "andel",
                "andel",
                0.9,
                falt="andel",
                resultatstatus="kvantifierat",
                varde=f"{match[1]}–{match[2]}" if match[2] else match[1],
            )


def _amounts(sentences: list[Mening]) -> Iterator[Forslag]:
    """Amounts of money as printed, in whole kronor where that can be said. Those of the cost section are in :func:`_costs` too."""
    for s in sentences:
        for amount in amounts.find(s.text):
            yield said(
                s,
                "belopp",
                "belopp",
                0.5 if amount.ungefarligt else 0.9,
                falt="belopp",
                varde=amount.text,
                kostnad_kr=amount.kronor,
            )


def _kronor(text: str) -> int | None:
    """The kronor of a text that names one amount; of several, which one is meant is the analyst's to say."""
    found = list(amounts.find(text))
    return found[0].kronor if len(found) == 1 else None


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


def _costs(sentences: list[Mening], asked: list[int]) -> Iterator[Forslag]:
    """What the report says of costs, per area.

    A statement without an area of its own holds for all of them; an amount without one holds for none of them but for the report
    (area 0), so that no krona is counted twice. The amount stands as printed, with whole kronor beside it where there is only one.
    """
    stated = [
        (s, state, _areas_named(s.text))
        for s in sentences
        if s.roll == "ekonomi" and (state := _first("kostnad", s.text))
    ]
    for area in (0, *asked):
        hits = []
        for s, state, named in stated:
            general = (area == 0) == (state == "belopp") if not named else area in named
            if general:
                hits.append((s, state))
        for s, state in hits:
            printed = rules().listor["kostnad"][0].monster.search(s.text)
            yield said(
                replace(s, omrade=area),
                "kostnad",
                f"kostnad:{state}",
                0.8,
                kostnadsstatus=state,
                varde=printed[0] if printed else "",
                kostnad_kr=_kronor(s.text) if state == "belopp" else None,
            )
        if not hits and area:
            yield Forslag(
                "kostnad",
                area,
                "",
                None,
                None,
                None,
                "kostnad",
                0.5,
                forekomst="ej_angivet",
                kostnadsstatus="ej_angivet",
            )


def _results(sentences: list[Mening], asked: list[int]) -> Iterator[Forslag]:
    """What the report says of results, per area: its first sentence with a share, otherwise its first that tells of an effect."""
    for area in asked:
        told = [s for s in sentences if s.omrade == area and s.roll in ("insatser", "behallare")]
        states = {
            state: next((s for s in told if _result(s.text) == state), None)
            for state in ("kvantifierat", "kvalitativt")
        }
        state, hit = next(((k, s) for k, s in states.items() if s), ("ej_angivet", None))
        if hit is None:
            yield Forslag(
                "resultat", area, "", None, None, None, "resultat", 0.5, forekomst="ej_angivet", resultatstatus=state
            )
            continue
        share = SHARE.search(hit.text)
        yield said(
            hit,
            "resultat",
            f"resultat:{state}",
            0.8,
            varde=share[0] if share else "",
            resultatstatus=state,
        )


def _areas_named(text: str) -> set[int]:
    words = {
        1: r"omställning till (?:en )?god och nära vård",
        2: r"tillgänglighet\w* i primärvården",
        3: r"patientkontrakt",
    }
    return {area for area, pattern in words.items() if re.search(pattern, text, re.IGNORECASE)}


def _points(segment: Segment, sentences: list[Mening]) -> Iterator[Forslag]:
    """Each of the agreement's points: where it is answered, or that it is not."""
    agreement = (segment.overenskommelse or "").split("_")[0]
    for point in rules().punkter:
        if point["overenskommelse"] != agreement:
            continue
        heading = next((b for b in segment.blocks if b.slag == "rubrik" and point["monster"].search(b.text)), None)
        answer = next(
            (
                s
                for s in sentences
                if s.omrade and s.roll in ("insatser", "behallare") and point["monster"].search(s.text)
            ),
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
            forekomst="angivet" if text else "ej_angivet",
        )
