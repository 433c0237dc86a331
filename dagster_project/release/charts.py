"""Charts: the values of a figure as a Vega-Lite chart of a given width, without frame and words around it.

Lightness, position and written numbers carry the meaning, never colour alone. What moves in a browser (the value under the pointer, the
chosen region by the parameter ``vald``) is part of the specification and shows nothing in a still picture.
"""

from __future__ import annotations

from textwrap import wrap
from typing import Any

from dagster_project.release import drawer, geography, ranking
from dagster_project.release.classes import Classes
from dagster_project.release.drawing import (
    DARK,
    GREY,
    LIGHT,
    NONE,
    STEPS,
    WITHOUT_VALUE,
    Data,
    Drawing,
    Size,
    chosen,
)
from dagster_project.release.drawings import Bars, Map, Points, Series, Stack


def chart(drawing: Drawing, size: Size) -> tuple[Any, Data]:
    """The chart and its data by name."""
    match drawing.figure:
        case Bars() as figure:
            return ranking.bars(figure, drawing, size)
        case Stack() as figure:
            return ranking.stack(figure, drawing, size)
        case Points() as figure:
            return ranking.points(figure, drawing, size)
        case Series() as figure:
            return _series(figure, drawing, size)
        case Map() as figure:
            return _map(figure, drawing, size)


def _series(figure: Series, drawing: Drawing, size: Size) -> tuple[Any, Data]:
    import altair as alt

    values = drawing.values
    low, high = figure.intervall
    small = figure.typ == "smabilder"
    periods = sorted({value.row[figure.tid].isoformat() for value in values})
    reference = {v.row[figure.tid]: v.value for v in values if small and v.label == figure.referens}
    latest = {v.label: v.text for v in values if v.row[figure.tid].isoformat() == periods[-1]}
    yearly = drawer.yearly(periods)
    rows = []
    for value in values:
        if small and value.label == figure.referens:
            continue
        day = value.row[figure.tid]
        at_end = day.isoformat() in (periods[0], periods[-1])
        rows.append(
            {
                "etikett": f"{value.label} {latest.get(value.label, '')}".rstrip() if small else value.label,
                "namn": value.label,
                "nar": drawer.period(day, yearly=yearly),
                "tid": day.isoformat(),
                "varde": value.value,
                "undre": None if value.value is None else value.row[low],
                "ovre": None if value.value is None else value.row[high],
                "referens": reference.get(day),
                "text": value.text if at_end and value.value is not None and not small else "",
                "visas": value.text,
                "saknas": value.text if value.value is None else "",
            }
        )
    ticks = drawer.ticks(periods, most=2 if small else (3 if size.narrow else 7))
    heading = drawing.column.heading
    columns = 2 if size.narrow else 4
    height = size.font * 7 if small else size.font * (18 if size.narrow else 22)
    numbers = [n for row in rows for n in (row["varde"], row["ovre"]) if n is not None]
    scale = alt.Scale(domain=list(figure.skala or (0, max(numbers, default=1) * 1.15)), nice=False)
    x = alt.X(
        "tid:T",
        title=None,
        scale=alt.Scale(type="utc", padding=0 if small else 24),
        axis=alt.Axis(grid=False, labelFlush=small, **ticks),
    )
    y = alt.Y("varde:Q", title=None, scale=scale, axis=alt.Axis(tickCount=3 if small else 5))
    lines = alt.Chart().encode(x=x)
    tip = [
        alt.Tooltip("namn:N", title="Avser"),
        alt.Tooltip("nar:N", title="Tid"),
        alt.Tooltip("visas:N", title=heading),
    ]
    layers = [
        lines.mark_area(color=LIGHT).encode(y=alt.Y("undre:Q"), y2="ovre:Q", detail="etikett:N"),
        lines.mark_line(color=DARK, strokeWidth=2).encode(y=y, detail="etikett:N", color=chosen(DARK)),
        lines.mark_text(color=GREY, baseline="bottom").encode(y=alt.value(height - 1), text="saknas:N"),
    ]
    if small:
        layers.append(lines.mark_line(color="black", strokeWidth=1, strokeDash=[3, 2]).encode(y="referens:Q"))
        layers.append(lines.mark_point(filled=True, opacity=1, size=22).encode(y=y, color=chosen(DARK), tooltip=tip))
    else:
        layers.append(lines.mark_point(color=DARK, filled=True, opacity=1, size=40).encode(y=y, tooltip=tip))
        layers.append(lines.mark_text(dy=-10, fontWeight="bold").encode(y=y, text="text:N"))
    data = alt.NamedData("serier")
    if not small:
        return alt.layer(*layers, data=data).properties(width=size.width - 60, height=height), {"serier": rows}
    panels = alt.Facet("etikett:N", sort=list(dict.fromkeys(row["etikett"] for row in rows)), title=None)
    width = (size.width - size.font * 4 - (columns - 1) * 16) / columns
    grid: dict[str, Any] = {"columns": columns, "spacing": {"row": size.font * 5, "column": 16}, "bounds": "flush"}
    facets = alt.layer(*layers).properties(width=width, height=height).facet(panels, data=data, **grid)
    return facets.resolve_axis(x="independent"), {"serier": rows}


def _map(figure: Map, drawing: Drawing, size: Size) -> tuple[Any, Data]:
    import altair as alt

    column, values = drawing.column, drawing.values
    classes = Classes.around([v.value for v in values if v.value is not None], column.decimaler, len(STEPS))
    names = classes.in_words(figure.skala)
    steps = STEPS[-len(names) :]
    drawn = {str(value.row[figure.kod]): value for value in values}
    features: list[dict[str, Any]] = []
    labels: list[dict[str, Any]] = []
    for code, shapes in geography.regions().items():
        value = drawn.get(code)
        number = -1 if value is None or value.value is None else classes.of(value.value)
        text = f"[{column.tomt}]" if value is None else value.text
        features.append(
            {
                "type": "Feature",
                "klass": WITHOUT_VALUE if number < 0 else names[number],
                "namn": value.label if value else "",
                "text": text,
                "geometry": {"type": "MultiPolygon", "coordinates": shapes},
            }
        )
        lon, lat = geography.middle(max((shape[0] for shape in shapes), key=lambda ring: abs(geography.area(ring))))
        fill = NONE if number < 0 else steps[number]
        ink = "white" if fill in STEPS[-2:] else "black"
        labels.append({"lon": lon, "lat": lat, "text": text, "farg": ink, "fyllnad": fill})
    domain = [*names, *([WITHOUT_VALUE] if any(feature["klass"] == WITHOUT_VALUE for feature in features) else [])]
    areas = (
        alt.Chart(alt.NamedData("omraden"))
        .mark_geoshape(stroke="#4d4d4d")
        .encode(
            strokeWidth=alt.condition("datum.namn === vald", alt.value(3), alt.value(0.6)),
            tooltip=[alt.Tooltip("namn:N", title="Region"), alt.Tooltip("text:N", title=column.heading)],
            color=alt.Color(
                "klass:N",
                scale=alt.Scale(domain=domain, range=[*steps, NONE][: len(domain)]),
                legend=alt.Legend(
                    title=wrap(column.heading, 20 if size.narrow else 24),
                    orient="top-left",
                    offset=0,
                    symbolType="square",
                    symbolSize=220,
                    symbolStrokeColor="#4d4d4d",
                    symbolStrokeWidth=0.6,
                ),
            ),
        )
    )
    numbers = alt.Chart(alt.NamedData("tal")).encode(longitude="lon:Q", latitude="lat:Q", text="text:N")
    halo = numbers.mark_text(strokeWidth=3, strokeJoin="round").encode(stroke=alt.Stroke("fyllnad:N", scale=None))
    digits = numbers.mark_text().encode(color=alt.Color("farg:N", scale=None))
    # Central meridian 15° east, as in Sweden's own SWEREF 99 TM.
    land = alt.layer(areas, halo, digits).project(type="transverseMercator", rotate=[-15, 0, 0])
    land = land.properties(width=320, height=660)
    if size.narrow:
        return land, {"omraden": features, "tal": labels}
    lines = [{"rad": number, "region": value.label, "text": value.text} for number, value in enumerate(values)]
    listed = alt.Chart(alt.NamedData("lista")).encode(y=alt.Y("rad:O", axis=None))
    names_of_regions = listed.mark_text(align="left").encode(x=alt.value(0), text="region:N")
    written = listed.mark_text(align="right").encode(x=alt.value(180), text="text:N")
    table_beside = (names_of_regions + written).properties(width=190, height=alt.Step(size.font * 1.5))
    return alt.hconcat(land, table_beside, spacing=50), {"omraden": features, "tal": labels, "lista": lines}
