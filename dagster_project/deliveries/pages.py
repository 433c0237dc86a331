"""Pages about the judgements, in Swedish: an index of every delivery and, per source, what each rule said. They open from disk."""

from __future__ import annotations

import html
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

from dagster_project.deliveries import wording
from dagster_project.deliveries.register import Register
from dagster_project.reading.typing_sql import shown
from dagster_project.settings import Home
from dagster_project.validation import suites
from dagster_project.validation.suites import Utfall

TITLE = "Granskade leveranser"

STYLE = """<style>
body { font: 15px/1.5 system-ui, sans-serif; margin: 0 auto; max-width: 75rem; padding: 1rem; color: #1a1a1a }
table { border-collapse: collapse; margin: .5rem 0 } h1 { font-size: 1.4rem } h2 { font-size: 1.1rem; margin: 1.6rem 0 .3rem }
td, th { border: 1px solid #bbb; padding: .3rem .6rem; text-align: left; vertical-align: top } a { color: #00538a }
</style>"""

UTFALL = {
    Utfall.GODKAND: "uppfylld",
    Utfall.UNDERKAND: "inte uppfylld",
    Utfall.INGA_DATA: "inga rader att pröva",
    Utfall.EJ_KORD: "ej tillämplig",
    Utfall.EJ_TILLAMPLIG: "ej tillämplig",
}

Row = dict[str, Any]


def write(home: Home, register: Register, kalla: str) -> None:
    """Write the index and the page of one source into the home's ``datadocs``."""
    home.datadocs.mkdir(parents=True, exist_ok=True)
    rows = register.rows(
        "select l.leverans_id, l.kalla, l.filnamn, l.avsandare, l.mottagen, g.bedomning, g.rader_lasta, g.rader_godkanda, g.rader_karantan,"
        " (select count(*) from anmarkning a where a.leverans_id = l.leverans_id and a.atgard = 'cell') as celler"
        " from leverans l join granskning g using (leverans_id) order by l.kalla, l.mottagen desc, l.filnamn, l.leverans_id"
    )
    _page(home, "index", TITLE, _index(rows))
    outcomes = register.rows("select k.* from kontroll k join leverans l using (leverans_id) where l.kalla = ?", kalla)
    mine = [row for row in rows if row["kalla"] == kalla]
    _page(home, kalla, f"{TITLE}: {wording.source(kalla)}", _source(kalla, mine, outcomes))


def _page(home: Home, name: str, title: str, parts: Iterator[str]) -> None:
    head = (
        f"<!doctype html><html lang='sv'><head><meta charset='utf-8'><title>{html.escape(title)}</title>{STYLE}</head>"
    )
    body = "\n".join([f"<body><h1>{html.escape(title)}</h1>", *parts, "</body></html>\n"])
    (home.datadocs / f"{name}.html").write_text(head + body, encoding="utf-8")


def _index(rows: list[Row]) -> Iterator[str]:
    yield "<table><tr><th>Källa</th><th>Fil</th><th>Avsändare</th><th>Bedömning</th><th>Mottagen</th><th>Rapport</th></tr>"
    for row in rows:
        there = f"<a href='{quote(row['kalla'])}.html#{quote(row['leverans_id'])}'>{_file(row)}</a>"
        cells = (_text(wording.source(row["kalla"])), there, _sender(row), _verdict(row), _day(row), _report(row))
        yield "<tr>" + "".join(f"<td>{cell}</td>" for cell in cells) + "</tr>"
    yield "</table>"


def _source(kalla: str, rows: list[Row], outcomes: list[Row]) -> Iterator[str]:
    yield "<p><a href='index.html'>Alla källor</a></p>"
    said = {(o["leverans_id"], o["kod"]): o for o in outcomes}
    for row in rows:
        yield f"<h2 id='{html.escape(row['leverans_id'])}'>{_file(row)}</h2>"
        yield f"<p><strong>{_verdict(row)}</strong></p>"
        yield f"<p>Avsändare: {_sender(row)}. Mottagen {_day(row)}. {row['rader_godkanda']} av {row['rader_lasta']} rader räknas. {_report(row)}</p>"
        lines = []
        for rule in suites.rules(kalla):
            if o := said.get((row["leverans_id"], rule.kod)):
                outcome = UTFALL[Utfall(o["utfall"])] + (f", {wording.rows(o['antal'])}" if o["antal"] else "")
                cells = (_text(rule.allmant), _text(rule.forvantat), outcome)
                lines.append("<tr>" + "".join(f"<td>{cell}</td>" for cell in cells) + "</tr>")
        if lines:
            yield "<table><tr><th>Regel</th><th>Förväntat</th><th>Utfall</th></tr>" + "".join(lines) + "</table>"


def _text(value: object) -> str:
    return html.escape(shown(value) or "")


def _file(row: Row) -> str:
    return html.escape(wording.file_name(row["filnamn"]))


def _verdict(row: Row) -> str:
    return html.escape(wording.verdict(row["bedomning"], row["rader_karantan"], row["celler"]))


def _sender(row: Row) -> str:
    return _text(row["avsandare"]) or "inte angiven"


def _day(row: Row) -> str:
    return html.escape(str(row["mottagen"])[:16].replace("T", " "))


def _report(row: Row) -> str:
    return f"<a href='../reports/{quote(row['leverans_id'])}/granskning.xlsx'>granskning.xlsx</a>"
