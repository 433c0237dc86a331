"""The report to the sender, in Swedish: what stands, what does not, what it replaces and what to do. xlsx and Markdown.

It is written in the names of things (:mod:`~dagster_project.deliveries.wording`) and tells equal findings once
(:mod:`~dagster_project.deliveries.advice`). No personal data is in it but how to reach whom the sender named.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Sequence
from datetime import date, timedelta
from math import ceil
from pathlib import Path

import xlsxwriter

from dagster_project.deliveries import advice, wording
from dagster_project.deliveries.advice import Grupp
from dagster_project.deliveries.door import Granskning
from dagster_project.deliveries.register import ANY_YEAR, Register
from dagster_project.deliveries.register_types import Block, Leverans
from dagster_project.reading import sidecar
from dagster_project.reading.findings import Atgard, Avvisad, Niva
from dagster_project.reading.personal import PATTERNS
from dagster_project.reading.sidecar import Sidofil
from dagster_project.settings import SEEDS
from dagster_project.validation.suites import Utfall

TITLE = "Granskning av en leverans till Socialstyrelsens uppföljning"
FINDINGS = "Fel och anmärkningar"
FOLJD = {
    Atgard.AVVISA: "leveransen avvisas",
    Atgard.RAD: "raden räknas inte",
    Atgard.CELL: "uppgiften räknas inte",
    Atgard.TVEKA: "uppgiften väntar",
    Atgard.INGEN: "räknas ändå",
}
NIVA = {Niva.FEL: "Fel", Niva.ANMARKNING: "Anmärkning"}
#: Each column of findings, and its width in characters.
RUBRIKER = {"Vad": 58, "Rad": 12, "Kolumn": 16, "Hittat": 20, "Förväntat": 22, "Följd": 13, "Slag": 11, "Blad": 11}
FACTS = (22, 100)
#: Points of height of a line of text.
LINE = 15.5

Row = tuple[str, ...]


def write(folder: Path, leverans: Leverans, verdict: Granskning, register: Register | None = None) -> tuple[Path, Path]:
    """Write ``granskning.xlsx`` and ``granskning.md`` into ``folder`` and return their paths.

    :param register: where earlier deliveries are, to say what this one replaces; without it that is not said.
    """
    folder.mkdir(parents=True, exist_ok=True)
    facts = _facts(leverans, verdict, register)
    groups = advice.grouped([wording.finding(a) for a in verdict.anmarkningar], verdict.format)
    rows = [_row(group) for group in groups]
    return _workbook(folder / "granskning.xlsx", leverans, facts, rows), _markdown(
        folder / "granskning.md", facts, rows
    )


def lost_cells(verdict: Granskning) -> int:
    """How many cells do not count in rows that do."""
    by_rule = sum(k.antal for k in verdict.kontroller if k.regel.atgard == Atgard.CELL and k.utfall == Utfall.UNDERKAND)
    return max(by_rule, sum(a.atgard == Atgard.CELL for a in verdict.anmarkningar))


def spoken(verdict: Granskning) -> str:
    """The verdict in words."""
    return wording.verdict(verdict.bedomning, verdict.karantan, lost_cells(verdict))


# --- what stands -----------------------------------------------------------------------------------------------------


def _facts(leverans: Leverans, verdict: Granskning, register: Register | None) -> list[tuple[str, str]]:
    side = _sidecar(leverans)
    passed = verdict.bedomning in wording.PASSED
    facts = [("Bedömning", spoken(verdict)), ("Vad du behöver göra", _to_do(verdict, passed))]
    if passed:
        facts.append(("Det här gäller", _stands(verdict)))
        if lost := _lost(verdict):
            facts.append(("Det här gäller inte", lost))
    else:
        facts.append(("Det här gäller inte", "Ingen uppgift i filen räknas."))
    if register is not None:
        facts.append(("Ersätter", _replaced(leverans, verdict, register) if passed else _kept(leverans, register)))
    facts += [
        ("Sista dag", _deadline(leverans.kalla, verdict, side)),
        ("Kontakt", _contact(side, leverans)),
        ("Fil", wording.file_name(leverans.filnamn)),
        ("Källa", wording.source(leverans.kalla)),
        ("Innehåll", verdict.format.beskrivning if verdict.format else "Uppställningen känns inte igen."),
        ("Mottagen", f"{wording.day(leverans.mottagen)} kl. {leverans.mottagen:%H.%M}"),
        ("Avsändare", wording.bare(leverans.avsandare) if leverans.avsandare else "inte angiven"),
    ]
    if verdict.lasta:
        facts.append(("Lästa rader", f"{verdict.lasta}, varav {verdict.godkanda} räknas"))
    if verdict.ej_tillampliga:
        said = " ".join(r.allmant for r in verdict.ej_tillampliga)
        facts.append(
            ("Inte kontrollerat", f"Det som behövs för att kontrollera detta finns inte i den här leveransen: {said}")
        )
    return [*facts, ("Referens", leverans.leverans_id.removeprefix(f"{leverans.kalla}-"))]


def _to_do(verdict: Granskning, passed: bool) -> str:
    if not passed and verdict.bedomning != "avvisad":
        return (
            "Filen har inte kunnat granskas. Felet kan ligga hos oss eller i filen. Kontrollera att den går att öppna, och skicka den "
            "igen i sin helhet. Säg till oss om det inte hjälper."
        )
    if not passed:
        return f"Rätta det som står under {FINDINGS} och skicka en ny, hel fil."
    if verdict.karantan or lost_cells(verdict):
        said = "Rätta det som inte räknas och skicka en ny, hel fil. Den ersätter då den här."
        if verdict.tveksamma:
            said += (
                f" Är ett tal rätt fast det ser fel ut: bekräfta det i {sidecar.KALLAS}, under bekraftat, med kolumn, varde, av (vem som "
                "bekräftar) och varfor."
            )
        return said
    if verdict.anmarkningar:
        return f"Läs igenom {FINDINGS}. Skicka en ny, hel fil om något ska rättas. Annars behöver du inte göra något."
    return "Du behöver inte göra något."


def _spans(blocks: Sequence[Block]) -> str:
    return wording.periods([(b.period, b.period_slut) for b in blocks])


def _who(codes: Sequence[str]) -> str:
    names = list(dict.fromkeys(wording.respondent(code) for code in codes))
    return wording.listed(names, wording.NAMED)


def _stands(verdict: Granskning) -> str:
    blocks = [block for block in verdict.block if not block.vantar]
    if not blocks:
        return f"{wording.rows(verdict.godkanda)} räknas."
    about = _who([block.respondent for block in blocks])
    if not verdict.godkanda:
        return f"Tidigare uppgifter för {about}, {_spans(blocks)}, återkallas."
    return f"{wording.rows(verdict.godkanda)} räknas: {about}, för {_spans(blocks)}."


def _lost(verdict: Granskning) -> str:
    said = []
    if verdict.karantan:
        rows = sorted(
            {a.rad for a in verdict.anmarkningar if a.rad is not None and a.atgard in (Atgard.RAD, Atgard.TVEKA)}
        )
        place = f" (rad {advice.places(rows)})" if rows else ""
        said.append(f"{wording.rows(verdict.karantan)} räknas inte{place}.")
    if cells := lost_cells(verdict):
        said.append(f"{wording.counted(cells, 'uppgift', 'uppgifter')} räknas inte, men resten av raden gör det.")
    for waiting, for_what in (
        (verdict.tveksamma, "på er bekräftelse"),
        ([b for b in verdict.block if b.samtidig and not b.tveksam], "på besked om vilken av två filer som gäller"),
    ):
        if waiting:
            who = f"{_who([b.respondent for b in waiting])}, för {_spans(waiting)}"
            said.append(f"Uppgifterna för {who} väntar {for_what}; det som gällde förut står kvar.")
    return " ".join(said)


def _replaced(leverans: Leverans, verdict: Granskning, register: Register) -> str:
    """What of earlier deliveries no longer counts: by file, of whom and of when."""
    by_file: dict[tuple[str, str], list[Block]] = {}
    for older in register.replaced(leverans, [block for block in verdict.block if not block.vantar]):
        by_file.setdefault((older.leverans_id, older.filnamn), []).append(older.block)
    said = [
        f"{wording.file_name(name)}, mottagen {wording.day(_received(register, leverans_id))}, för "
        f"{_who([b.respondent for b in blocks])}, {_spans(blocks)}"
        for (leverans_id, name), blocks in by_file.items()
    ]
    if not said:
        return "Inga tidigare uppgifter."
    return f"Uppgifterna i {wording.listed(said, 5)}. Övriga tidigare uppgifter gäller fortfarande."


def _received(register: Register, leverans_id: str) -> date:
    (row,) = register.rows("select mottagen from leverans where leverans_id = ?", leverans_id)
    return date.fromisoformat(row["mottagen"][:10])


def _kept(leverans: Leverans, register: Register) -> str:
    there = any(
        t["gallande"] and t["leverans_id"] != leverans.leverans_id for t in register.tackning(ANY_YEAR, leverans.kalla)
    )
    return "Ingenting. " + (
        "Tidigare godkända uppgifter gäller fortfarande." if there else "Inga tidigare uppgifter finns."
    )


# --- deadline and contact --------------------------------------------------------------------------------------------


def _sidecar(leverans: Leverans) -> Sidofil:
    try:
        return sidecar.parse(leverans.sidofil.encode())
    except Avvisad:
        return Sidofil()


def deadlines(kalla: str, ar: int | None = None) -> list[tuple[date, date, date | None]]:
    """What the agreements ask of a source, in a year or ever: first and last day of the period, and the last day to deliver if it is set."""
    found: list[tuple[date, date, date | None]] = []
    with (SEEDS / "agreements" / "leveranskrav.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            first, last = date.fromisoformat(row["period"]), date.fromisoformat(row["period_slut"])
            if row["kalla"] == kalla and (ar is None or first.year <= ar <= last.year):
                if row["frekvens"] == "manad":
                    found += [
                        (start, end, end + timedelta(int(row["dagar_efter"]))) for start, end in _months(first, last)
                    ]
                else:
                    found.append((first, last, date.fromisoformat(row["sista_dag"]) if row["sista_dag"] else None))
    return sorted(found, key=lambda each: each[:2])


def _months(first: date, last: date) -> list[tuple[date, date]]:
    months = []
    while first <= last:
        after = date(first.year + first.month // 12, first.month % 12 + 1, 1)
        months.append((first, after - timedelta(1)))
        first = after
    return months


def _deadline(kalla: str, verdict: Granskning, side: Sidofil) -> str:
    spans = [(b.period, b.period_slut) for b in verdict.block] or ([side.span] if side.span else [])
    asked = deadlines(kalla)
    mine = {
        (start, end, last)
        for start, end, last in asked
        if last and any(start <= until and since <= end for since, until in spans)
    }
    said = [f"{wording.day(last)} ({wording.period(start, end)})" for start, end, last in sorted(mine) if last]
    if said:
        return wording.listed(said, 12)
    closes = wording.collected_until(kalla)
    return f"{wording.day(closes)}, när insamlingen avslutas" if closes else "Ingen sista dag är bestämd."


def _contact(side: Sidofil, leverans: Leverans) -> str:
    """Whom the sender named: a telephone or an address, no personal identity number; otherwise who supplies the source."""
    if side.kontakt:
        return PATTERNS["personnummer"].sub("[personnummer]", side.kontakt)
    supplier = wording.supplier(leverans.kalla)
    return (
        f"{supplier}. " * bool(supplier)
        + "Frågor om granskningen: svara den på Socialstyrelsen som skickade rapporten och ange referensen."
    )


# --- the files -------------------------------------------------------------------------------------------------------


def _row(group: Grupp) -> Row:
    done = FOLJD[group.atgard]
    if group.antal > 1 and group.atgard in (Atgard.RAD, Atgard.CELL):
        done = done.replace("raden", "raderna").replace("uppgiften", "uppgifterna")
    what = group.meddelande
    if len(set(group.rader)) > 1 and " rader, först rad " not in what:
        what += f" Det gäller {wording.rows(len(set(group.rader)))}."
    return (
        what,
        group.plats,
        group.kolumn or "",
        group.hittat or "",
        group.forvantat or "",
        done,
        NIVA[group.niva],
        group.blad or "",
    )


def lines(text: str, width: float) -> int:
    """How many lines a text takes in a cell of so many characters: whole words, as a spreadsheet breaks them."""
    return sum(max(1, ceil(len(line) * 1.12 / width)) for line in text.split("\n"))


def _workbook(path: Path, leverans: Leverans, facts: list[tuple[str, str]], rows: list[Row]) -> Path:
    plain = {"strings_to_numbers": False, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(path, plain) as book:
        name = wording.file_name(leverans.filnamn)
        book.set_properties(
            {"title": f"Granskning av {name}", "author": "Socialstyrelsen, Uppföljning", "created": leverans.mottagen}
        )
        wrap = book.add_format({"text_wrap": True, "valign": "top"})
        label = book.add_format({"bold": True, "valign": "top"})
        large = book.add_format({"bold": True, "font_size": 14})
        head = book.add_format({"bold": True, "text_wrap": True, "bg_color": "#DDE6EC", "border": 1, "valign": "top"})
        boxed = book.add_format({"text_wrap": True, "valign": "top", "border": 1, "border_color": "#BBBBBB"})

        first = book.add_worksheet("Granskning")
        for column, width in enumerate(FACTS):
            first.set_column(column, column, width)
        first.write_string(0, 0, TITLE, large)
        for line, (what, value) in enumerate(facts, 2):
            first.set_row(line, LINE * lines(value, FACTS[1]))
            first.write_string(line, 0, what, label)
            first.write_string(line, 1, value, wrap)

        second = book.add_worksheet(FINDINGS)
        for column, (what, width) in enumerate(RUBRIKER.items()):
            second.set_column(column, column, width)
            second.write_string(0, column, what, head)
        for line, row in enumerate(rows or [("Inga fel och inga anmärkningar.", *[""] * (len(RUBRIKER) - 1))], 1):
            second.set_row(
                line, LINE * max(lines(text, width) for text, width in zip(row, RUBRIKER.values(), strict=True))
            )
            for column, text in enumerate(row):
                second.write(line, column, text, boxed)
        second.freeze_panes(1, 0)
        second.repeat_rows(0)
        for sheet in (first, second):
            sheet.set_paper(9)
            sheet.set_landscape()
            sheet.set_margins(0.4, 0.4, 0.6, 0.6)
            sheet.fit_to_pages(1, 0)
            sheet.set_footer(f"&L{name.replace('&', '&&')[:100]}&RSida &P av &N")
    return path


def _markdown(path: Path, facts: list[tuple[str, str]], rows: list[Row]) -> Path:
    lines = [f"# {TITLE}", "", *(f"- **{what}:** {value}" for what, value in facts), "", f"## {FINDINGS}", ""]
    if rows:
        lines += ["| " + " | ".join(RUBRIKER) + " |", "|" + "---|" * len(RUBRIKER)]
        lines += [
            "| " + " | ".join(re.sub(r"\s*\n\s*", " ", c).replace("|", "\\|") for c in row) + " |" for row in rows
        ]
    else:
        lines += ["Inga fel och inga anmärkningar."]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path
