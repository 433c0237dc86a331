"""The coding page: a report's text with the proposals at their places, to be decided on in a browser. It works from disk.

What the coder decides leaves the page as a csv file with the workbook's columns, and comes in through the door like the workbook.
"""

from __future__ import annotations

import csv
import json
from bisect import bisect_right
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import jinja2
from markupsafe import Markup

from dagster_project.reading.formats import Format
from dagster_project.sources.nulagesrapport.rules import FOLDER, area_words, rules

HERE = Path(__file__).parent
#: What can be changed in a proposal of each kind, besides the decision.
CHANGED = {
    "insats": (
        *("text", "omrade", "status", "ar_fran", "ar_till", "syfte", "mal"),
        *("kostnadsstatus", "kostnad_kr", "resultatstatus"),
    ),
    "uppgift": ("varde", "forekomst"),
    "kostnad": ("kostnadsstatus", "kostnad_kr"),
    "resultat": ("resultatstatus", "varde"),
    "tackning": ("varde", "forekomst"),
}
LONG = {"text", "varde", "syfte", "mal", "kommentar"}


@dataclass(frozen=True)
class Forslagsruta:
    """A proposal on the page: its cells by heading, the fields that can be changed, and the line it stands on."""

    nr: int
    cell: dict[str, str]
    falt: list[dict[str, Any]]
    regel: str
    etikett: str
    rad: int | None
    kandidat: bool
    upprepar: bool


def write(
    path: Path,
    spec: Format,
    labels: dict[tuple[str, str], str],
    cells: list[dict[str, Any]],
    blocks: list[dict[str, Any]],
    *,
    region: str,
    agreement: str,
    kodare: str,
    repeats: Collection[str] = (),
    notes: Sequence[tuple[int, str]] = (),
) -> None:
    """Write the page of one report.

    :param cells: per proposal, the value of each of the format's columns as the workbook shows it, by column name.
    :param blocks: the report's blocks in order: ``rad``, ``sida``, ``slag``, ``text``.
    :param repeats: the proposals that say again what an earlier one says, by their ids.
    :param notes: what else the reader has found, by line: shares, amounts, dates and documents, which are not coded.
    """
    headings = {k.namn: k.rubrik for k in spec.kolumner}
    by_heading = [{headings[name]: _text(value) for name, value in row.items() if name in headings} for row in cells]
    labels = dict(reversed(labels.items()))  # in the order of the code lists
    fields = {
        typ: [_field(spec, labels, name) for name in ("beslut", *names, "avgorande", "kommentar")]
        for typ, names in CHANGED.items()
    }
    codes = {label: code for (lista, code), label in labels.items() if lista == "kodningstyp"}
    with (FOLDER / "kodram.csv").open(encoding="utf-8", newline="") as file:
        frame = {r["falt"]: r["etikett"] for r in csv.DictReader(file)}
    named = frame | {p["punkt"]: p["etikett"] for p in rules().punkter}
    proposals = [
        Forslagsruta(
            nr,
            {h: row.get(h, "") for h in headings.values()},
            fields[codes[row["Typ"]]],
            row.get("Regel", ""),
            named.get(row.get("Fält", ""), row.get("Fält", "")),
            cells[nr].get("rad_fran"),
            row.get("Regel", "").startswith("sokord:"),
            row.get("Förslag", "") in repeats,
        )
        for nr, row in enumerate(by_heading)
    ]
    starts = [b["rad"] for b in blocks]
    shown = [{**b, "forslag": [], "ankare": [], "noter": []} for b in blocks]
    for line, text in notes:
        if shown:
            shown[max(bisect_right(starts, line) - 1, 0)]["noter"].append(text)
    for p in proposals:
        if p.rad and shown:
            block = shown[max(bisect_right(starts, p.rad) - 1, 0)]
            block["forslag"].append(p)
            if p.rad != block["rad"] and p.rad not in block["ankare"]:
                block["ankare"].append(p.rad)
    common = ("Region", "Period", "Kodare", "Kodram", "Kodblad", "Överenskommelse")
    data = {
        "rubriker": list(headings.values()),
        "rader": by_heading,
        "fil": f"{path.stem}.csv",
        "gemensamt": {h: by_heading[0][h] for h in common},
    }
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(HERE), autoescape=True, undefined=jinja2.StrictUndefined
    )
    path.write_text(
        environment.get_template("kodsida.html.j2").render(
            region=region,
            overenskommelse=agreement,
            kodare=kodare,
            fil=data["fil"],
            block=shown,
            kodram=frame,
            titel=next((b["text"] for b in blocks if b["slag"] == "rubrik"), ""),
            utan_plats=[p for p in proposals if not p.rad or not shown],
            omraden=[0, *(w.omrade for w in area_words(agreement))],
            typer=[label for (lista, _), label in labels.items() if lista == "kodningstyp"],
            status=[label for (lista, _), label in labels.items() if lista == "insatsstatus"],
            rader=Markup(json.dumps(data, ensure_ascii=False).replace("<", "\\u003c")),
            skript=Markup((HERE / "kodsida.js").read_text(encoding="utf-8")),
        ),
        encoding="utf-8",
    )


def _field(spec: Format, labels: dict[tuple[str, str], str], name: str) -> dict[str, Any]:
    column = spec.kolumn(name)
    choices = [label for (lista, _), label in labels.items() if lista == column.lista] if column.lista else []
    return {"rubrik": column.rubrik, "val": choices, "lang": name in LONG}


def _text(value: Any) -> str:
    return "" if value is None else str(value)
