"""A page for each region: its place in every measure that ranks the regions, and its rows of every published table.

Nothing stands here that does not stand in a published table. A place is told by the order of the values that are published, as a reader
would count it; what is hidden or missing has none.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd
from markupsafe import Markup

from dagster_project.release import drawer, figures
from dagster_project.release.database import MADE_UP, MARK
from dagster_project.release.drawings import Bars, Points
from dagster_project.release.figures import PublishedFigure
from dagster_project.release.page import strips
from dagster_project.release.page.sections import Section
from dagster_project.release.page.views import COUNTRY, Head, Row, code_column
from dagster_project.release.page.words import Words
from dagster_project.release.publication import Publication
from dagster_project.release.tables import STATUS, PublishedTable, shown

FOLDER = "region"
_SIMILAR = "liknande_regioner"


@dataclass(frozen=True)
class Measure:
    """A region's value of a measure among the others': ``plats`` in words, ``bild`` where it lies, ``utveckling`` its line over time."""

    avsnitt: str
    rubrik: str
    tid: str
    varde: str
    plats: str
    riket: str
    liknande: str
    bild: Markup
    utveckling: Markup | None


@dataclass(frozen=True)
class Part:
    """A region's rows of a table, the country's beside them."""

    avsnitt: Section
    heads: Sequence[Head]
    rows: Sequence[Row]


@dataclass(frozen=True)
class Page:
    kod: str
    namn: str
    liknande: Sequence[str]
    matt: Sequence[Measure]
    kapitel: Sequence[tuple[str, Sequence[Part]]]

    @property
    def fil(self) -> str:
        return f"{FOLDER}/{slug(self.namn)}.html"


def slug(name: str) -> str:
    """The name of a region as a file is called: ``vastra-gotaland``."""
    return name.lower().translate(str.maketrans("åäöé ", "aaoe-"))


def pages(publication: Publication, said: Words, found: Sequence[Section]) -> list[Page]:
    """A page for every region that a published table speaks of, in alphabetical order."""
    regional = [section for section in found if section.vy.regional]
    names = _names(publication)
    shown_codes = {row.region for section in regional for row in section.vy.rows}
    tables = {table.spec.id: table for table in publication.tables}
    similar = _similar(tables.get(_SIMILAR))
    ranked = [
        (figure, tables[figure.spec.tabell])
        for figure in publication.figures
        if figure.drawn
        and (isinstance(figure.spec, Points) or (isinstance(figure.spec, Bars) and figure.spec.ordning == "varde"))
        and code_column(tables[figure.spec.tabell])
        and said.section(figure.spec.tabell).plats
    ]
    ranked.sort(key=lambda pair: isinstance(pair[0].spec, Bars))
    return [
        Page(
            code,
            name,
            similar.get(code, []),
            [m for figure, table in ranked for m in _measures(figure, table, code, similar.get(code, []))],
            _chapters(regional, code),
        )
        for code, name in names.items()
        if code in shown_codes
    ]


def _names(publication: Publication) -> dict[str, str]:
    asked = "select region_kod, region from referens.regioner where region_kod <> ? order by ordning_alfabetisk"
    return dict(publication.con.execute(asked, [COUNTRY]).fetchall())


def _similar(table: PublishedTable | None) -> dict[str, list[str]]:
    if table is None:
        return {}
    found: dict[str, list[str]] = {}
    for row in table.tidy.to_dict("records"):
        found.setdefault(str(row["region_kod"]), []).append(str(row["liknande_region"]))
    return found


def _chapters(regional: Iterable[Section], code: str) -> list[tuple[str, list[Part]]]:
    found: dict[str, list[Part]] = {}
    for section in regional:
        if any(row.region == code for row in section.vy.rows):
            found.setdefault(section.kapitel, []).append(_part(section, code))
    return list(found.items())


def _part(section: Section, code: str) -> Part:
    """The rows; one or two of many columns are turned, so that they can be read downwards."""
    rows = section.vy.of(code)
    heads = section.vy.heads
    if len({row.region for row in rows}) == len(rows) <= 2 and len(heads) > 3:
        rows = sorted(rows, key=lambda row: row.region == COUNTRY)
        turned = [Row((heads[n].text, *(row.cells[n] for row in rows)), code) for n in range(1, len(heads))]
        wanted = [row for row in turned if any(row.cells[1:])]
        return Part(section, [Head("Uppgift", False), *(Head(row.cells[0], False) for row in rows)], wanted)
    return Part(section, heads, rows)


def _measures(figure: PublishedFigure, table: PublishedTable, code: str, similar: Sequence[str]) -> Iterable[Measure]:
    spec = figure.spec
    column = str(code_column(table))
    tid = spec.tid if isinstance(spec, Points) else None
    for name in spec.varden:
        rows = figures.rows(spec, table)
        known = [r for r in rows if not pd.isna(r[name])]
        if not known:
            continue
        times = sorted({r[tid] for r in known}) if tid else []
        now = [r for r in rows if not tid or r[tid] == times[-1]]
        own = next((r for r in now if r[column] == code), None)
        if own is None:
            continue
        of = {str(r[column]): float(r[name]) for r in now if not pd.isna(r[name])}
        country = of.pop(COUNTRY, None)
        titles = {str(r[column]): str(r["region"]) for r in now if "region" in r}
        about = table.spec.column(name)
        near = [c for c, title in titles.items() if title in similar]
        said = [f"{titles[c]} {shown(of[c], about.decimaler)}" for c in near if c in of]
        line = [(r[tid], r[name]) for r in rows if r[column] == code] if tid else []
        yield Measure(
            avsnitt=table.spec.id,
            rubrik=str(spec.titel) if len(spec.varden) == 1 else f"{spec.titel}, {str(about.rubrik).lower()}",
            tid=_when(times[-1]) if times else "",
            varde=_text(own, name, table),
            plats=_place(of, code),
            riket="" if country is None else shown(country, about.decimaler),
            liknande="; ".join(said),
            bild=strips.strip(of, code, near, country, about.decimaler),
            utveckling=strips.line(sorted(line), about.decimaler) if len(times) > 1 else None,
        )


def _when(time: Any) -> str:
    return str(time) if isinstance(time, int) else drawer.month(time)


def _text(row: Mapping[str, Any], name: str, table: PublishedTable) -> str:
    """The value with its unit and marks, or the mark that says why it is not there."""
    column, status = table.spec.column(name), row[STATUS]
    if pd.isna(row[name]):
        return f"[{column.tomt if pd.isna(status) else status}]"
    marks = [f"[{status}]"] if not pd.isna(status) else []
    marks += [MARK] if row[MADE_UP] else []
    return " ".join(
        [f"{shown(row[name], column.decimaler)} {(column.enhet or '').removeprefix('antal ')}".rstrip(), *marks]
    )


def _place(of: Mapping[str, float], code: str) -> str:
    """Its place among the regions whose value is published; equal values share a place."""
    if code not in of:
        return ""
    return f"Plats {1 + sum(value > of[code] for value in of.values())} av {len(of)}"
