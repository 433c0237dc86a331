"""The release as web pages: ``index.html``, a page for each region and one in English. They open from disk, without a server and without
network, and are complete without script.

Everything they show is in the release beside them. Figures are still pictures; where script runs, the same specification is drawn by Vega,
which lies in the release (:data:`LIBRARY`) and is loaded when a figure comes into view.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping, Sequence
from functools import cache
from importlib.metadata import version
from itertools import groupby
from pathlib import Path
from typing import Any

import jinja2
from markupsafe import Markup

from dagster_project.release import drawer, made_up, metadata, reporttext
from dagster_project.release.database import MADE_UP, MARK
from dagster_project.release.page import points, regions, words
from dagster_project.release.page.sections import Section, exists, sections
from dagster_project.release.publication import Publication
from dagster_project.release.workbook import source_lines
from dagster_project.warehouse import project

HERE = Path(__file__).parent
INDEX, ENGLISH = "index.html", "english.html"
#: What draws the figures in a browser, and its licence.
LIBRARY = Path("bibliotek", "vega.js")

_FILES = (
    ("{stam}.xlsx", "arbetsbok (xlsx)"),
    ("tabeller.docx", "tabeller (Word)"),
    ("{stam}.duckdb", "databas (DuckDB)"),
)


def write(publication: Publication) -> None:
    """Write the pages into the release's folder."""
    folder = publication.folder
    said = words.of(publication.cover.rapport)
    found = sections(publication, said)
    common = _common(publication, said)
    by_id = {table.spec.id: table for table in publication.tables}
    pages = regions.pages(publication, said, found)
    index = {
        **common,
        "rot": "",
        "kapitel": [(title, list(part)) for title, part in groupby(found, key=lambda section: section.kapitel)],
        "punkter": points.told(said.huvudpunkter, by_id),
        "regioner": [(page.namn, page.kod, page.fil) for page in pages],
        "leveranser": _deliveries(publication.deliveries, {s.kalla: s.namn for s in publication.cover.sources}),
        "kallor": [(source.namn, source_lines(source)) for source in publication.cover.sources],
        "markeringar": publication.edition.markeringar,
        "sok": _search(publication),
    }
    (folder / INDEX).write_text(_render("index.html.j2", index), encoding="utf-8")
    english = {**common, "rot": "", "punkter": points.told(said.huvudpunkter, by_id, points.ENGLISH), "tabeller": found}
    (folder / ENGLISH).write_text(_render("english.html.j2", english), encoding="utf-8")
    if pages:
        (folder / regions.FOLDER).mkdir()
    for page in pages:
        text = _render("region.html.j2", {**common, "rot": "../", "sida": page, "regioner": index["regioner"]})
        (folder / page.fil).write_text(text, encoding="utf-8")
    if any(section.figurer for section in found):
        path = folder / LIBRARY
        path.parent.mkdir()
        path.write_text(_library(), encoding="utf-8")
        path.with_name("LICENS.txt").write_text(
            (HERE / "vega_licens.txt").read_text(encoding="utf-8"), encoding="utf-8"
        )


def _common(publication: Publication, said: words.Words) -> dict[str, Any]:
    """What all pages say: what the release is, when it came, who answers for it."""
    cover = publication.cover
    about = metadata.parameters()
    files = [(name.format(stam=Path(publication.workbook).stem), text) for name, text in _FILES]
    return {
        "titel": cover.title,
        "namn": cover.rapport.titel,
        "utgava": cover.utgava,
        "rapport": cover.rapport,
        "grund": cover.basis,
        "varning": cover.pahittat is not None,
        "ord": said,
        "tidigare": publication.tidigare,
        "kontakt": about.kontakt,
        "licens": about.licens,
        "utgivare": about.utgivare.namn,
        "hela": exists(publication.folder, files),
        "css": Markup((HERE / "page.css").read_text(encoding="utf-8")),
        "skript": Markup((HERE / "page.js").read_text(encoding="utf-8")),
        "bibliotek": LIBRARY.as_posix(),
        "sprak": Markup(json.dumps(_locales(), ensure_ascii=False)),
    }


def _locales() -> dict[str, Any]:
    return {"tal": drawer.library().get_format_locale(drawer.LOCALE), "tid": drawer.time_locale()}


@cache
def _environment() -> jinja2.Environment:
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(HERE),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["mjuk"] = words.soft
    return environment


def _render(template: str, said: Mapping[str, Any]) -> str:
    return _environment().get_template(template).render(said)


@cache
def _library() -> str:
    """Vega, Vega-Lite and what sets them in a page, as vl-convert carries them; its names are its own. Bundled once for its version."""
    kept = project.cache() / f"vega-{version('vl-convert-python')}.js"
    if not kept.is_file():
        unfinished = kept.with_suffix(f".{os.getpid()}")
        unfinished.write_text(f"(() => {{\n{drawer.library().javascript_bundle()}\n}})();\n", encoding="utf-8")
        unfinished.replace(kept)
    return kept.read_text(encoding="utf-8")


def _search(publication: Publication) -> dict[str, Any] | None:
    """The search over the status reports, None where there are none. Their text is a file of its own."""
    choices = reporttext.write(publication.folder, publication.con, made_up.deliveries(publication.deliveries))
    script = Markup((HERE / "sok.js").read_text(encoding="utf-8"))
    return {**choices, "fil": reporttext.DATA.as_posix(), "skript": script} if choices else None


def _deliveries(deliveries: Sequence[Mapping[str, Any]], names: Mapping[str, str]) -> list[tuple[str, ...]]:
    """The deliveries that the release is made of: source and sender by name, when it came and how it was judged."""
    verdict = {"godkand": "godkänd", "godkand_med_anmarkning": "godkänd med anmärkningar"}
    return sorted(
        (
            names.get(d["kalla"], "Övrigt underlag"),
            f"{d['avsandare']} {MARK}" if d.get(MADE_UP) else str(d["avsandare"]),
            str(d["mottagen"])[:10],
            verdict.get(str(d["status"]), str(d["status"])),
        )
        for d in deliveries
    )


__all__ = ["ENGLISH", "INDEX", "LIBRARY", "Section", "write"]
