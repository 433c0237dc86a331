"""The sections of the page: a table each, with its question, figures, words and files."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import Any

import duckdb

from dagster_project.release.database import MADE_UP, MARK
from dagster_project.release.figures import WEB, PublishedFigure
from dagster_project.release.page.views import View, view
from dagster_project.release.page.words import Words
from dagster_project.release.pictures import FOLDER
from dagster_project.release.publication import Publication
from dagster_project.release.tables import PublishedTable, note_marks, remarks, shown
from dagster_project.warehouse.graph import SCHEMA

#: A longer table is cut in the page; its csv file is whole.
MOST_ROWS = 500
_RESERVATION = "Förbehåll: "


@dataclass(frozen=True)
class Section:
    """A table on the page. ``forbehall`` is what a reader must know before the figures, ``noter`` what explains them."""

    id: str
    rubrik: str
    fraga: str
    visar: str
    under: str
    kapitel: str
    meddelande: str | None
    vy: View
    utelamnade: int
    kalla: str
    forbehall: tuple[str, ...]
    noter: tuple[str, ...]
    figurer: tuple[dict[str, str], ...]
    filer: tuple[tuple[str, str], ...]
    definitioner: tuple[tuple[str, str], ...]
    harkomst: tuple[str, ...]


def sections(publication: Publication, words: Words) -> list[Section]:
    """All sections in the order of the report."""
    behind = _behind(publication.lineage)
    tables = {table.spec.id: table for table in publication.tables}
    drawn: dict[str, list[PublishedFigure]] = {}
    parts: dict[str, list[PublishedTable]] = {}
    for table in publication.tables:
        whole = words.section(table.spec.id).del_av
        if whole in tables:
            parts.setdefault(str(whole), []).append(table)
    for figure in publication.figures:
        whole = words.section(figure.spec.tabell).del_av
        if figure.drawn:
            drawn.setdefault(whole if whole in tables else figure.spec.tabell, []).append(figure)
    own = [table for table in publication.tables if words.section(table.spec.id).del_av not in tables]
    return [
        _section(
            publication,
            words,
            table,
            drawn.get(table.spec.id, []),
            parts.get(table.spec.id, []),
            behind.get(table.spec.id, []),
        )
        for _, found in publication.edition.by_chapter(own)
        for table in found
    ]


def _section(
    publication: Publication,
    words: Words,
    table: PublishedTable,
    figures: Sequence[PublishedFigure],
    parts: Sequence[PublishedTable],
    behind: Sequence[str],
) -> Section:
    spec, said = table.spec, words.section(table.spec.id)
    shown_view = view(publication.edition, table, said)
    said_once = set(table.gemensamt) if table.wide.empty else set()
    notes = [note for note in remarks(publication.edition, table) if note not in said_once]
    return Section(
        id=spec.id,
        rubrik=f"{spec.heading} {note_marks(table.noter)}".rstrip(),
        fraga=said.fraga or spec.heading,
        visar=said.visar or f"{spec.undertitel}.",
        under=spec.undertitel,
        kapitel=publication.edition.kapitel[spec.kapitel],
        meddelande=table.meddelande or (" ".join(table.gemensamt) if table.wide.empty else None) or None,
        vy=View(shown_view.heads, shown_view.rows[:MOST_ROWS]),
        utelamnade=max(len(shown_view.rows) - MOST_ROWS, 0),
        kalla=spec.kalla,
        forbehall=tuple(n.removeprefix(_RESERVATION) for n in notes if n.startswith(_RESERVATION)),
        noter=tuple(n for n in notes if not n.startswith(_RESERVATION) and n != table.meddelande),
        figurer=tuple(_figure(figure) for figure in figures),
        filer=tuple(_files(publication, table, parts)),
        definitioner=tuple(_definitions(publication.con, table)),
        harkomst=tuple(behind),
    )


def _figure(figure: PublishedFigure) -> dict[str, str]:
    name = figure.spec.id
    return {
        "id": name,
        "rubrik": figure.rubrik,
        "under": str(figure.spec.undertitel),
        "alttext": figure.alttext or "",
        "bred": f"{FOLDER}/{WEB}/{name}-bred.svg",
        "smal": f"{FOLDER}/{WEB}/{name}-smal.svg",
        "skript": f"{FOLDER}/{WEB}/{name}.js",
        **{kind: f"{FOLDER}/{name}.{kind}" for kind in ("svg", "png", "vl.json")},
    }


def _files(
    publication: Publication, table: PublishedTable, parts: Iterable[PublishedTable]
) -> Iterable[tuple[str, str]]:
    """The files that hold exactly this table, and those of the tables that are part of it."""
    spec = table.spec
    yield f"csv/{spec.id}.csv", "csv"
    for part in parts:
        yield f"csv/{part.spec.id}.csv", f"csv ({part.spec.blad})"
    yield publication.workbook, f"arbetsbok, bladet {spec.blad}"
    for path, text in ((f"word/{spec.id}.docx", "Word"),):
        if (publication.folder / path).is_file():
            yield path, text


def _definitions(con: duckdb.DuckDBPyConnection, table: PublishedTable) -> Iterable[tuple[str, str]]:
    """What the data dictionary says of the columns that the table shows, by their headings."""
    asked = "select kolumn, beskrivning from referens.dataordlista where schema = ? and tabell = ?"
    told = dict(con.execute(asked, [SCHEMA, table.spec.id]).fetchall())
    found = {c.rubrik: _without_codes(told[c.kolumn]) for c in table.spec.kolumner if c.rubrik and told.get(c.kolumn)}
    return [(str(heading), text) for heading, text in found.items() if text]


def _without_codes(text: str) -> str:
    """A definition without the sentences that explain what is stored: they are for those who read the database."""
    sentences = re.split(r"(?<=[.;]) ", text)
    kept = " ".join(sentence for sentence in sentences if not re.search(r"\w_\w", sentence))
    return kept.removesuffix(";") + ("." if kept.endswith(";") else "")


def _behind(lineage: Iterable[Mapping[str, Any]]) -> dict[str, list[str]]:
    """Per table in words what is behind it: who sent it, how much, and when it came."""

    def place(row: Mapping[str, Any]) -> tuple[str, ...]:
        named = (str(row[k] or "") for k in ("tabell", "avsandare", "dokument", "mottagen"))
        return *named, MARK if row.get(MADE_UP) in (True, "true") else ""

    found: dict[str, list[str]] = {}
    for (tabell, avsandare, dokument, mottagen, mark), rows in groupby(sorted(lineage, key=place), key=place):
        count = sum(int(row["rader"] or 0) for row in rows)
        sender = f"{avsandare or dokument or 'Inget har kommit in'} {mark}".rstrip()
        came = f", mottaget {mottagen[:10]}" if mottagen else ""
        found.setdefault(tabell, []).append(f"{sender}: {shown(count, 0)} uppgift{'er' * (count != 1)}{came}")
    return found


def exists(folder: Path, files: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    return [(name, text) for name, text in files if (folder / name).exists()]
