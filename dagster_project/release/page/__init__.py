"""The release as a web page: ``index.html`` opens from disk, without a server and without network.

Everything it shows is in the release beside it; figures and files are linked, styles and the one script library (List.js, which sorts
and filters) stand in the page. Without script it is a complete document.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby
from pathlib import Path
from typing import Any

import duckdb
import jinja2
from markupsafe import Markup

from dagster_project.release import made_up, reporttext
from dagster_project.release.database import MADE_UP, MARK
from dagster_project.release.publication import Publication
from dagster_project.release.tables import PublishedTable, key_figures, note_marks, remarks, shown
from dagster_project.release.workbook import source_lines
from dagster_project.warehouse.graph import SCHEMA

HERE = Path(__file__).parent
INDEX = "index.html"
#: A longer table is cut in the page; its csv file is whole.
MOST_ROWS = 500


def write(publication: Publication) -> None:
    """Write ``index.html`` into the release's folder."""
    folder, cover, edition = publication.folder, publication.cover, publication.edition
    workbook = publication.workbook
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(HERE), autoescape=True, undefined=jinja2.StrictUndefined
    )
    behind = _behind(publication.lineage)
    files = [
        (workbook, "arbetsbok (xlsx)"),
        ("tabeller.docx", "tabeller (Word)"),
        (f"{Path(workbook).stem}.duckdb", "databas (DuckDB)"),
    ]
    page = environment.get_template("index.html.j2").render(
        titel=cover.title,
        utgava=cover.utgava,
        grund=cover.basis,
        hela=[{"namn": name, "text": text} for name, text in files if (folder / name).exists()],
        varning=cover.warning,
        arbetsbok=workbook,
        nyckeltal=key_figures(edition, publication.tables),
        kapitel=[
            {
                "rubrik": chapter,
                "tabeller": [_table(publication, table, behind.get(table.spec.id, [])) for table in found],
            }
            for chapter, found in edition.by_chapter(publication.tables)
        ],
        leveranser=_deliveries(publication.deliveries, {source.kalla: source.namn for source in cover.sources}),
        kallor=[{"namn": source.namn, "rader": source_lines(source)} for source in cover.sources],
        markeringar=edition.markeringar,
        sok=_search(publication),
        **{name: Markup((HERE / file).read_text(encoding="utf-8")) for name, file in _INLINE.items()},
    )
    (folder / INDEX).write_text(page, encoding="utf-8")


_INLINE = {"css": "page.css", "bibliotek": "list.min.js", "skript": "page.js"}


def _search(publication: Publication) -> dict[str, Any] | None:
    """The search over the status reports, None where there are none. Their text is a file of its own."""
    choices = reporttext.write(publication.folder, publication.con, made_up.deliveries(publication.deliveries))
    script = Markup((HERE / "sok.js").read_text(encoding="utf-8"))
    return {**choices, "fil": reporttext.DATA.as_posix(), "skript": script} if choices else None


def _table(publication: Publication, table: PublishedTable, behind: list[dict[str, str]]) -> dict[str, Any]:
    spec = table.spec
    rows = list(table.wide.itertuples(index=False))
    return {
        "id": spec.id,
        "rubrik": f"{spec.heading} {note_marks(table.noter)}".rstrip(),
        "under": spec.undertitel,
        "kort": f"{len(rows)} rader. Källa: {spec.kalla}",
        "blad": spec.blad,
        "kalla": spec.kalla,
        "meddelande": table.meddelande,
        "docx": (publication.folder / "tabeller.docx").exists(),
        "kolumner": [
            {"rubrik": f"{c.heading} {note_marks(c.noter)}".rstrip(), "tal": c.numeric} for c in table.columns
        ],
        "rader": [
            [
                {"t": shown(value, column.decimaler), "v": "" if value is None else value}
                for value, column in zip(row, table.columns, strict=True)
            ]
            for row in rows[:MOST_ROWS]
        ],
        "utelamnade": max(len(rows) - MOST_ROWS, 0),
        "noter": remarks(publication.edition, table),
        "figurer": [
            {
                "svg": f"figurer/{f.spec.id}.svg",
                "png": f"figurer/{f.spec.id}.png",
                "alttext": f.alttext or "",
                "rubrik": f.rubrik,
            }
            for f in publication.figures
            if f.spec.tabell == spec.id and f.drawn
        ],
        "definitioner": _definitions(publication.con, table),
        "harkomst": behind,
    }


def _definitions(con: duckdb.DuckDBPyConnection, table: PublishedTable) -> list[dict[str, Any]]:
    """What the data dictionary says of the columns that the table shows."""
    rows = con.execute(
        "select kolumn, enhet, beskrivning from referens.dataordlista where schema = ? and tabell = ? order by all",
        [SCHEMA, table.spec.id],
    ).fetchall()
    used = {column.kolumn for column in table.spec.kolumner}
    return [{"kolumn": k, "enhet": e, "beskrivning": b} for k, e, b in rows if k in used and b]


def _behind(lineage: Iterable[Mapping[str, Any]]) -> dict[str, list[dict[str, str]]]:
    """Per table the deliveries and documents behind it, with how many of their rows."""

    def place(row: Mapping[str, Any]) -> tuple[str, ...]:
        named = (str(row[k] or "") for k in ("tabell", "avsandare", "dokument", "leverans_id", "mottagen"))
        return *named, MARK if row.get(MADE_UP) in (True, "true") else ""

    found: dict[str, list[dict[str, str]]] = {}
    for (tabell, avsandare, dokument, leverans_id, mottagen, mark), rows in groupby(
        sorted(lineage, key=place), key=place
    ):
        count = sum(int(row["rader"] or 0) for row in rows)
        found.setdefault(tabell, []).append(
            {
                "avsandare": f"{avsandare or dokument or 'Inget har kommit in'} {mark}".rstrip(),
                "leverans_id": leverans_id,
                "mottagen": mottagen[:16].replace("T", " "),
                "rader": f"{shown(count, 0)} uppgift{'er' * (count != 1)}",
            }
        )
    return found


def _deliveries(deliveries: Sequence[Mapping[str, Any]], names: Mapping[str, str]) -> dict[str, Any]:
    """The deliveries that the release is made of: sender and source by name, no file."""
    columns = ("Avsändare", "Källa", "Mottagen", "Bedömning", "Beteckning")
    verdict = {"godkand": "godkänd", "godkand_med_anmarkning": "godkänd med anmärkningar"}
    rows = [
        (
            f"{d['avsandare']} {MARK}" if d.get(MADE_UP) else d["avsandare"],
            names.get(d["kalla"], d["kalla"]),
            str(d["mottagen"])[:16].replace("T", " "),
            verdict.get(str(d["status"]), str(d["status"])),
            d["leverans_id"],
        )
        for d in deliveries
    ]
    return {"kolumner": columns, "rader": rows}
