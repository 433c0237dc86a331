"""Money: every amount as printed, and what a report says of costs per area and kind (granted, used, forecast), in text and tables."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace

from dagster_project.sources.nulagesrapport import words
from dagster_project.sources.nulagesrapport.forslag import Forslag, said
from dagster_project.sources.nulagesrapport.measures import is_of_costs
from dagster_project.sources.nulagesrapport.rules import Omrade, rules
from dagster_project.sources.nulagesrapport.sentences import Mening
from dagster_project.sources.nulagesrapport.tables import Tabell, area_of

#: What is said of an amount ends here.
BREAK = re.compile(r"[,;]| och | samt | men ")


def amounts(sentences: Iterable[Mening]) -> Iterator[Forslag]:
    """Amounts of money in running text, in whole kronor where that can be said."""
    for s in sentences:
        if s.slag == "tabellrad":
            continue
        for _, _, amount in words.money(s.text):
            sure = 0.5 if amount.ungefarligt else 0.9
            yield said(s, "belopp", "belopp", sure, falt="belopp", varde=amount.text, kostnad_kr=amount.kronor)


def costs(
    sentences: list[Mening], found: Iterable[Tabell], asked: list[int], areas: tuple[Omrade, ...]
) -> Iterator[Forslag]:
    """What a report says of costs, per area.

    A statement without an area of its own holds for all of them; an amount without one holds for none of them but for the report
    (area 0), so that no krona is counted twice. The amount stands as printed, with whole kronor beside it.
    """
    stated = [s for s in sentences if s.roll == "ekonomi" and s.slag != "tabellrad"]
    told = [*(p for s in stated for p in _in_sentence(s, areas)), *(p for table in found for p in _in_table(table))]
    yield from told
    states = [(s, state) for s in stated if (state := words.cost_status(s.text)) and state != "belopp"]
    for area in asked:
        hits = [(s, state) for s, state in states if not (named := _named(s.text, areas)) or area in named]
        for s, state in hits:
            yield said(replace(s, omrade=area), "kostnad", f"kostnad:{state}", 0.8, kostnadsstatus=state)
        if not hits and not any(p.omrade == area for p in told):
            yield Forslag(
                "kostnad",
                area,
                "",
                None,
                None,
                None,
                "kostnad",
                0.5,
                forekomst="ej_funnet",
                kostnadsstatus="ej_angivet",
            )


def _in_sentence(s: Mening, areas: tuple[Omrade, ...]) -> Iterator[Forslag]:
    """Each amount of a sentence about costs, with the area and the kind that are named nearest to it."""
    kind, before = "", 0
    for first, last, amount in words.money(s.text):
        after = BREAK.split(s.text[last:])[0]
        lead = s.text[before:first]
        kind = _kind(after) or _kind(lead) or kind
        named = _named(lead, areas)
        area = max(named) if named else s.omrade
        before = last
        yield said(
            replace(s, omrade=area),
            "kostnad",
            "kostnad:belopp",
            0.5 if amount.ungefarligt else 0.8,
            falt=kind,
            kostnadsstatus="belopp",
            varde=amount.text,
            kostnad_kr=amount.kronor,
        )


def _in_table(table: Tabell) -> Iterator[Forslag]:
    """Each amount of a table of costs: area by row, kind by column; a row of sums is the report's, and says so in ``omfattning``."""
    if not is_of_costs(table):
        return
    for row in table.rader:
        for i, kind in table.money():
            amount = table.amount(row, i)
            if amount is None or amount.kronor is None:
                continue
            yield Forslag(
                "kostnad",
                0 if row.summa else row.omrade,
                row.text,
                row.block.rad,
                row.block.rad_till,
                row.block.sida,
                f"tabell:{kind}",
                0.9,
                rubrik=table.rubrik,
                falt=kind,
                varde=f"{amount.text} {table.kolumner[i].enhet}",
                omfattning="summa" if row.summa else "",
                kostnadsstatus="belopp",
                kostnad_kr=amount.kronor,
            )


def _kind(text: str) -> str:
    return next((m.kod for m in rules().pengars_slag if m.monster.search(text)), "")


def _named(text: str, areas: tuple[Omrade, ...]) -> set[int]:
    """The areas that a text names."""
    named = {w.omrade for w in areas if w.i_text.search(text)}
    return named or ({own} if (own := area_of(text, areas)) else set())
