"""The report to the sender, in Swedish: what was received, how it was judged, and every finding with its place. xlsx and Markdown."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import xlsxwriter

from dagster_project.deliveries.door import Granskning
from dagster_project.deliveries.register import Leverans
from dagster_project.reading.findings import Anmarkning, Atgard, Niva

BEDOMNING = {
    "godkand": "Godkänd",
    "godkand_med_anmarkning": "Godkänd med anmärkningar",
    "avvisad": "Avvisad",
    "kunde_inte_granskas": "Kunde inte granskas",
}
GORA = {
    "godkand": "Inget behöver göras.",
    "godkand_med_anmarkning": "Gå igenom anmärkningarna. Skicka en ny, hel fil om något ska rättas; den ersätter då den här.",
    "avvisad": "Rätta felen och skicka en ny, hel fil. Tills dess gäller en tidigare godkänd leverans, om det finns någon.",
    "kunde_inte_granskas": "Öppna filen, spara om den och skicka den igen. Hör av dig till oss om det inte hjälper. Tills dess gäller en "
    "tidigare godkänd leverans, om det finns någon.",
}
ATGARD = {
    Atgard.AVVISA: "leveransen avvisas",
    Atgard.RAD: "raden räknas inte",
    Atgard.CELL: "cellen räknas inte",
    Atgard.TVEKA: "uppgiften väntar på bekräftelse",
    Atgard.INGEN: "räknas ändå",
}
NIVA = {Niva.FEL: "Fel", Niva.ANMARKNING: "Anmärkning"}
RUBRIKER = ("Nivå", "Blad", "Rad", "Kolumn", "Hittat", "Förväntat", "Meddelande", "Följd")


def write(folder: Path, leverans: Leverans, verdict: Granskning) -> tuple[Path, Path]:
    """Write ``granskning.xlsx`` and ``granskning.md`` into ``folder`` and return their paths."""
    folder.mkdir(parents=True, exist_ok=True)
    facts = _facts(leverans, verdict)
    rows = [_row(a) for a in verdict.anmarkningar]
    return _workbook(folder / "granskning.xlsx", facts, rows, leverans.mottagen), _markdown(
        folder / "granskning.md", facts, rows
    )


def _facts(leverans: Leverans, verdict: Granskning) -> list[tuple[str, str]]:
    facts = [
        ("Bedömning", BEDOMNING[verdict.bedomning]),
        ("Vad du behöver göra", GORA[verdict.bedomning]),
        ("Fil", leverans.filnamn),
        ("Källa", leverans.kalla),
        ("Mottagen", leverans.mottagen.isoformat(sep=" ", timespec="minutes")),
        ("Avsändare", leverans.avsandare or "inte angiven"),
        ("Format", verdict.format.format if verdict.format else "inte igenkänt"),
        ("Lästa rader", str(verdict.lasta)),
        ("Godkända rader", str(verdict.godkanda)),
        ("Rader i karantän", str(verdict.karantan)),
    ]
    if verdict.ej_tillampliga:
        said = " ".join(r.meddelande.replace("{hittat}", "…") for r in verdict.ej_tillampliga)
        facts.append(
            ("Ej tillämpliga regler", f"Kolumnerna finns inte i formatet, så detta har inte kontrollerats: {said}")
        )
    return [*facts, ("Leveransens beteckning", leverans.leverans_id)]


def _row(a: Anmarkning) -> tuple[str, str, int | str, str, str, str, str, str]:
    return (
        NIVA[a.niva],
        a.blad or "",
        a.rad if a.rad is not None else "",
        a.kolumn or "",
        a.hittat or "",
        a.forvantat or "",
        a.meddelande,
        ATGARD[a.atgard],
    )


def _workbook(
    path: Path,
    facts: list[tuple[str, str]],
    rows: list[tuple[str, str, int | str, str, str, str, str, str]],
    when: datetime,
) -> Path:
    with xlsxwriter.Workbook(
        path, {"strings_to_numbers": False, "strings_to_formulas": False, "strings_to_urls": False}
    ) as book:
        book.set_properties(
            {"title": f"Granskning av {facts[2][1]}", "author": "Socialstyrelsen, Uppföljning", "created": when}
        )
        wrap = book.add_format({"text_wrap": True, "valign": "top"})
        bold = book.add_format({"bold": True})
        sheet = book.add_worksheet("Granskning")
        sheet.set_column(0, 0, 24)
        sheet.set_column(1, 1, 90, wrap)
        sheet.write(0, 0, "Granskning av en leverans till Socialstyrelsens uppföljning", bold)
        for i, (label, value) in enumerate(facts, 2):
            sheet.write(i, 0, label, bold)
            sheet.write(i, 1, value)
        found = book.add_worksheet("Fel och anmärkningar")
        for i, width in enumerate((13, 18, 7, 20, 26, 34, 70, 20)):
            found.set_column(i, i, width, wrap)
        found.add_table(
            0,
            0,
            max(len(rows), 1),
            len(RUBRIKER) - 1,
            {
                "columns": [{"header": h} for h in RUBRIKER],
                "name": "Anmarkningar",
                "autofilter": False,
                "data": rows or [("", "", "", "", "", "", "Inga fel och inga anmärkningar.", "")],
            },
        )
    return path


def _markdown(
    path: Path, facts: list[tuple[str, str]], rows: list[tuple[str, str, int | str, str, str, str, str, str]]
) -> Path:
    lines = ["# Granskning av en leverans till Socialstyrelsens uppföljning", ""]
    lines += [f"- **{label}:** {value}" for label, value in facts]
    lines += ["", "## Fel och anmärkningar", ""]
    if rows:
        lines += ["| " + " | ".join(RUBRIKER) + " |", "|" + "---|" * len(RUBRIKER)]
        lines += ["| " + " | ".join(str(c).replace("|", "\\|").replace("\n", " ") for c in row) + " |" for row in rows]
    else:
        lines += ["Inga fel och inga anmärkningar."]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path
