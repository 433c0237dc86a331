"""What those who work with the report need and nobody else does: reminders, values to examine, readings of the agreements.

It stands in the release's folder ``intern/``: a workbook, a page and csv files. Nothing of it is in what is published, and the folder can
be left out of an export.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple

import jinja2

from dagster_project.release import csvfiles, metadata, workbook
from dagster_project.release.catalogue import Catalogue
from dagster_project.release.releases import Release
from dagster_project.release.tables import PublishedTable, note_marks, remarks, shown
from dagster_project.release.workbook import Cover

HERE = Path(__file__).parent
WORKBOOK, INDEX = "arbetslistor.xlsx", "index.html"


class Part(NamedTuple):
    """The tables for one circle of readers, and what their cover says."""

    cover: Cover
    edition: Catalogue
    tables: Sequence[PublishedTable]


def write(made: Release, part: Part, lineage: Iterable[Mapping[str, Any]]) -> None:
    """Write the lists into the release's folder ``intern/``.

    :param lineage: the deliveries behind each row of each table, internal or not.
    """
    report = part.cover.rapport
    titel = f"Arbetslistor till {report.titel[0].lower()}{report.titel[1:]}"
    cover = replace(part.cover, rapport=replace(report, titel=titel), intern=True)
    folder, own = made.intern, {table.id for table in part.edition.tabeller}
    workbook.write(folder / WORKBOOK, cover, part.edition, part.tables)
    csvfiles.write(folder / "csv", part.tables)
    metadata.write_lineage(folder, (row for row in lineage if row["tabell"] in own))
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(HERE), autoescape=True, undefined=jinja2.StrictUndefined
    )
    page = environment.get_template("index.html.j2").render(
        titel=cover.title,
        utgava=cover.utgava,
        grund=cover.basis,
        varning=cover.warning,
        arbetsbok=WORKBOOK,
        databas=made.house.name,
        kapitel=[
            {"rubrik": chapter, "tabeller": [_table(part.edition, table) for table in found]}
            for chapter, found in part.edition.by_chapter(part.tables)
        ],
    )
    (folder / INDEX).write_text(page, encoding="utf-8")


def _table(edition: Catalogue, table: PublishedTable) -> dict[str, Any]:
    rows = list(table.wide.itertuples(index=False))
    return {
        "id": table.spec.id,
        "rubrik": f"{table.spec.heading} {note_marks(table.noter)}".rstrip(),
        "under": table.spec.undertitel,
        "kalla": table.spec.kalla,
        "antal": f"{len(rows)} {'rad' if len(rows) == 1 else 'rader'}",
        "noter": remarks(edition, table),
        "kolumner": [(f"{c.heading} {note_marks(c.noter)}".rstrip(), c.numeric) for c in table.columns],
        "rader": [
            [(shown(value, column.decimaler), column.numeric) for value, column in zip(row, table.columns, strict=True)]
            for row in rows
        ],
    }
