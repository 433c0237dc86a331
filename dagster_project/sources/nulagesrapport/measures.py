"""Measures (insatser): what a report tells that is done, going on, tried out, decided or planned, in sentences, lists and tables."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any

from dagster_project.sources.nulagesrapport import words
from dagster_project.sources.nulagesrapport.forslag import Forslag, said
from dagster_project.sources.nulagesrapport.rules import rules
from dagster_project.sources.nulagesrapport.sentences import Mening
from dagster_project.sources.nulagesrapport.tables import Tabell, Tabellrad

#: A stem shorter than this is in every text.
STEM = 4


def measures(sentences: Iterable[Mening], found: Iterable[Tabell]) -> list[Forslag]:
    """The measures in the order of the report."""
    told = [*_in_text(sentences), *(m for table in found for m in _in_table(table))]
    return sorted(told, key=lambda p: p.rad or 0)


# --- sentences and lists ----------------------------------------------------------------------------------------------------


def _in_text(sentences: Iterable[Mening]) -> list[Forslag]:
    """Sentences that tell what is done, under headings where measures are told; one that goes on about the last belongs to it."""
    found: list[Forslag] = []
    paragraph = -1
    for s in sentences:
        if s.roll not in ("insatser", "behallare") or s.slag == "tabellrad":
            continue
        goes_on = s.stycke == paragraph and (rules().fortsattning.search(s.text) is not None or _refers(found[-1], s))
        stage = "" if goes_on or rules().ej_insats.search(s.text) else _stage(s)
        if goes_on:
            found[-1] = _extend(found[-1], s)
        elif stage is not None and (stage or _listed(s)):
            found.append(_measure(s, stage))
            paragraph = s.stycke
        else:
            paragraph = -1
    return found


def _refers(measure: Forslag, s: Mening) -> bool:
    """Does the sentence begin with what the measure brought in, now in the definite form?"""
    word = re.match(r"\w+", s.text)
    if word is None or rules().ej_bestamd.search(s.text):
        return False
    stem = re.sub(rf"{rules().bestamd}$", "", word[0].lower())
    return STEM <= len(stem) < len(word[0]) and stem in measure.text.lower()


def _lead(s: Mening) -> str:
    return s.ledtext or s.rubrik


def _stage(s: Mening) -> str:
    """Status by the sentence, or by what stands above its list; what is told under a heading of plans is planned."""
    above = next((m.kod for m in rules().listor_med_insatser if m.kod and m.monster.search(_lead(s))), "")
    own = words.status(s.text)
    if own in ("pagaende", "infort") and above == "planerad":
        return above
    return own or (above if s.slag == "punkt" and _listed(s) else "")


def _listed(s: Mening) -> bool:
    """Is the sentence an item of a list of measures?"""
    if s.slag != "punkt" or len(s.text.split()) < 2 or rules().nekad.search(s.text):
        return False
    lead = _lead(s)
    return not rules().listor_utan_insatser.search(lead) and any(
        m.monster.search(lead) for m in rules().listor_med_insatser
    )


def _about(text: str) -> dict[str, Any]:
    """What the words of a measure say of it: how far it reaches, for whom, with whom, about what, and with what result."""
    return {
        "omfattning": words.printed("omfattning", text),
        "malgrupp": words.codes("malgrupp", text),
        "part": words.codes("part", text),
        "tema": words.codes("tema", text),
        "resultatstatus": words.result_status(text),
    }


def _measure(s: Mening, stage: str) -> Forslag:
    low, high = words.years(s.text, stage)
    cost = words.cost_status(s.text) or "ej_angivet"
    return said(
        s,
        "insats",
        f"status:{stage or 'lista'}",
        0.5 if rules().fortsattning.search(s.text) or not stage else 0.8,
        status=stage,
        ar_fran=low,
        ar_till=high,
        kostnadsstatus=cost,
        **_about(s.text),
        kostnad_kr=words.kronor(s.text) if cost == "belopp" else None,
    )


def _extend(measure: Forslag, s: Mening) -> Forslag:
    """A measure with the sentence that goes on about it."""
    low, high = words.years(s.text, measure.status)
    result, cost = words.result_status(s.text), words.cost_status(s.text)
    costed = measure.kostnadsstatus == "ej_angivet" and cost
    return replace(
        measure,
        text=f"{measure.text} {s.text}",
        rad_till=max(measure.rad_till or 0, s.rad_till),
        ar_fran=measure.ar_fran or low,
        ar_till=measure.ar_till or high,
        part=measure.part or words.codes("part", s.text),
        malgrupp=measure.malgrupp or words.codes("malgrupp", s.text),
        kostnadsstatus=cost if costed else measure.kostnadsstatus,
        kostnad_kr=words.kronor(s.text) if costed and cost == "belopp" else measure.kostnad_kr,
        resultatstatus=result if result != "ej_angivet" else measure.resultatstatus,
    )


# --- tables -----------------------------------------------------------------------------------------------------------------


def _in_table(table: Tabell) -> Iterator[Forslag]:
    """A measure per row of a table of measures: one with a column for them, or with a word of status in its cells."""
    if is_of_costs(table):
        return
    at, name = table.column("status"), table.column("insats")
    known = name is not None or at is not None
    for row in table.rader:
        cell = row.celler[at] if at is not None and at < len(row.celler) else ""
        stage = words.word_of_status([cell] if cell else list(row.celler[1:]))
        named = name if name is not None else table.column("omrade", "")
        text = row.celler[named or 0] if (named or 0) < len(row.celler) else ""
        if row.summa or stage == "nej" or not re.search(r"[^\W\d]{3}", text) or not (known or stage):
            continue
        yield _row(table, row, text, stage or words.status(row.text), named or 0)


def is_of_costs(table: Tabell) -> bool:
    """Are the rows areas, or parts of a budget, and the columns amounts?"""
    if not table.money() or table.column("status") is not None:
        return False
    areas = sum(row.eget or row.summa for row in table.rader)
    return 2 * areas >= len(table.rader) or (table.roll == "ekonomi" and table.column("insats") is None)


def _row(table: Tabell, row: Tabellrad, name: str, stage: str, named: int) -> Forslag:
    rest = [
        f"{k.rubrik}: {cell}" if k.rubrik else cell
        for i, (k, cell) in enumerate(zip(table.kolumner, row.celler, strict=False))
        if i != named and cell
    ]
    low, high = _years(table, row, stage)
    amount = next((a for i, _ in _by_kind(table) if (a := table.amount(row, i)) and a.kronor is not None), None)
    return Forslag(
        "insats",
        row.omrade,
        f"{name} ({'; '.join(rest)})" if rest else name,
        row.block.rad,
        row.block.rad_till,
        row.block.sida,
        f"tabell:{stage or 'rad'}",
        0.9 if stage else 0.6,
        rubrik=table.rubrik,
        status=stage,
        ar_fran=low,
        ar_till=high,
        **_about(row.text),
        kostnadsstatus="belopp" if amount else words.first("kostnad", row.text) or "ej_angivet",
        kostnad_kr=amount.kronor if amount else None,
    )


def _by_kind(table: Tabell) -> list[tuple[int, str]]:
    order = rules().kostnadsslag
    return sorted(table.money(), key=lambda column: order.index(column[1]))


def _years(table: Tabell, row: Tabellrad, stage: str) -> tuple[int | None, int | None]:
    """The years of the columns for start and end; otherwise those that the row names."""
    cells = {
        role: row.celler[i]
        for role in ("start", "slut")
        if (i := table.column(role)) is not None and i < len(row.celler)
    }
    if not cells:
        return words.years(row.text, stage)
    low, high = words.years(cells.get("start", ""))
    end = re.search(words.YEAR, cells.get("slut", ""))
    return low, int(end[0]) if end else high
