"""Charts that compare: bars, parts of a whole, and dots with their intervals. The largest comes first."""

from __future__ import annotations

from collections.abc import Sequence
from textwrap import wrap
from typing import Any

from dagster_project.release import drawer
from dagster_project.release.drawing import (
    DARK,
    GREY,
    LIGHT,
    LINES,
    PARTS,
    Data,
    Drawing,
    Size,
    Value,
    chosen,
    ranked,
    with_base,
)
from dagster_project.release.drawings import Bars, Points, Stack


def bars(figure: Bars, drawing: Drawing, size: Size) -> tuple[Any, Data]:
    import altair as alt

    top: dict[str | None, float] = {}  # of the measures of each unit: they share a scale, and no others do
    for name, values in drawing.measures.items():
        unit = drawing.table.column(name).enhet
        top[unit] = max(top.get(unit, 0), *(value.value or 0 for value in values))
    first = drawing.values
    order = [with_base(figure.bas, v, size) for v in (ranked(first) if figure.ordning == "varde" else first)]
    lines, up = _lines(order, size)
    panels = []
    data: Data = {}
    beside = 1 if size.narrow else len(drawing.measures)
    labels = size.text(max(len(line) for label in order for line in label.split("\n")))
    for number, (name, values) in enumerate(drawing.measures.items()):
        data[name] = [
            {
                "etikett": with_base(figure.bas, value, size),
                "namn": value.label,
                "varde": value.value,
                "plats": value.value or 0,
                "text": value.text,
            }
            for value in values
        ]
        column = drawing.table.column(name)
        axis = (
            alt.Axis(labelLimit=labels, labelExpr=LINES, labelOffset=up, ticks=False)
            if number == 0 or size.narrow
            else None
        )
        domain = figure.skala or (0, top[column.enhet])
        room = size.text(max(len(value.text) for value in values))
        width = max((size.width - labels) / beside - 14 - room, 60)
        y = alt.Y("etikett:N", sort=order, title=None, axis=axis)
        x = alt.X(
            "varde:Q",
            title=wrap(column.heading, int((width + room) / size.font / 0.5)),
            scale=alt.Scale(domain=list(domain), nice=False),
            axis=alt.Axis(grid=False, tickCount=4, titleAnchor="start"),
        )
        tip = [
            alt.Tooltip("namn:N", title=drawing.table.column(figure.etikett).rubrik),
            alt.Tooltip("text:N", title=column.heading),
        ]
        base = alt.Chart(alt.NamedData(name)).encode(y=y, tooltip=tip)
        bars = base.mark_bar(color=DARK).encode(x=x, color=chosen(DARK))
        texts = base.mark_text(align="left", dx=4).encode(x=alt.X("plats:Q"), text="text:N")
        panels.append((bars + texts).properties(width=width, height=alt.Step(size.row * lines)))
    together = alt.vconcat if size.narrow else alt.hconcat
    return together(*panels, spacing=14), data


def _lines(labels: Sequence[str], size: Size) -> tuple[float, float]:
    """How much higher a row is for its label of several lines, and how far up these go to stand in its middle."""
    fewest, most = (pick(label.count("\n") for label in labels) for pick in (min, max))
    return 1 + most / 2, -fewest * size.font * 0.55


def stack(figure: Stack, drawing: Drawing, size: Size) -> tuple[Any, Data]:
    import altair as alt

    labels = drawing.table.column(figure.del_).etiketter or {}
    parts = list(labels)
    rows: list[dict[str, Any]] = []
    for value in drawing.values:
        part = str(value.row[figure.del_])
        rows.append(
            {
                "etikett": with_base(figure.bas, value, size),
                "namn": value.label,
                "del": labels[part],
                "plats": parts.index(part),
                "varde": value.value or 0,
                "text": value.text,
                "inne": value.text if (value.value or 0) >= (9 if size.narrow else 5) else "",
                "black": PARTS[parts.index(part) % len(PARTS)][1],
            }
        )
    first = {row["etikett"]: row["varde"] for row in rows if row["plats"] == 0}
    order = sorted(first, key=lambda label: -first[label])
    room = size.text(max(len(line) for label in order for line in label.split("\n")))
    kinds = [labels[part] for part in parts]
    y = alt.Y(
        "etikett:N",
        sort=order,
        title=None,
        axis=alt.Axis(labelLimit=room, labelExpr=LINES, labelOffset=_lines(order, size)[1], ticks=False, domain=False),
    )
    legend = alt.Legend(
        orient="bottom", title=None, direction="horizontal", columns=1 if size.narrow else 0, labelLimit=300
    )
    colours = alt.Scale(domain=kinds, range=[PARTS[n % len(PARTS)][0] for n in range(len(kinds))])
    tip = [
        alt.Tooltip("namn:N", title=drawing.table.column(figure.etikett).rubrik),
        alt.Tooltip("del:N", title=drawing.table.column(figure.del_).rubrik),
        alt.Tooltip("text:N", title=drawing.column.heading),
    ]
    base = alt.Chart(alt.NamedData("delar")).encode(y=y, order=alt.Order("plats:Q"), tooltip=tip)
    x = alt.X(
        "varde:Q",
        stack="zero",
        title=drawing.column.heading.capitalize(),
        scale=alt.Scale(domain=[0, 100], clamp=True),
        axis=alt.Axis(grid=False, tickCount=5),
    )
    bars = base.mark_bar(stroke="white", strokeWidth=1).encode(
        x=x, color=alt.Color("del:N", scale=colours, legend=legend)
    )
    middle = alt.X("varde:Q", stack="zero", bandPosition=0.5)
    texts = base.mark_text().encode(x=middle, text="inne:N", color=alt.Color("black:N", scale=None), detail="plats:Q")
    return (bars + texts).properties(width=size.width - room - 24, height=alt.Step(size.font * 2.4)), {"delar": rows}


def points(figure: Points, drawing: Drawing, size: Size) -> tuple[Any, Data]:
    import altair as alt

    low, high = figure.intervall or (None, None)
    last, first = _ends(figure, drawing.values)
    reference = last.pop(figure.referens, None) if figure.referens else None
    start = first if figure.forst else {}
    rows: list[dict[str, Any]] = []
    for value in ranked(list(last.values())):
        before = start.get(value.label)
        rows.append(
            {
                "etikett": value.label,
                "namn": value.label,
                "varde": value.value,
                "undre": value.row[low] if low and value.value is not None else None,
                "ovre": value.row[high] if high and value.value is not None else None,
                "fore": before.value if before and before is not value else None,
                "text": value.text,
                "fore_text": before.text if before else "",
            }
        )
    numbers = [n for row in rows for n in (row["varde"], row["undre"], row["ovre"], row["fore"]) if n is not None]
    rules = _rules(drawing, reference)
    numbers += [rule["varde"] for rule in rules]
    domain = figure.skala or _around(numbers)
    room = size.text(max(len(row["etikett"]) for row in rows), 0.36)
    written = size.text(max(len(row["text"]) for row in rows), 0.3)
    width = size.width - room - written - 24
    column = drawing.column
    scale = alt.Scale(domain=list(domain), nice=False, zero=False)
    x = alt.X(
        "varde:Q",
        title=wrap(column.heading, int(width / size.font / 0.5)),
        scale=scale,
        axis=alt.Axis(grid=True, tickCount=4 if size.narrow else 6),
    )
    y = alt.Y(
        "etikett:N",
        sort=[row["etikett"] for row in rows],
        title=None,
        axis=alt.Axis(labelLimit=room, ticks=False, domain=False, grid=False),
    )
    tip = [
        alt.Tooltip("namn:N", title=drawing.table.column(figure.etikett).rubrik),
        alt.Tooltip("text:N", title=column.heading),
    ]
    if start:
        tip.append(alt.Tooltip("fore_text:N", title=f"{column.heading}, {_when(figure, first.values(), min)}"))
    base = alt.Chart(alt.NamedData("punkter")).encode(y=y, tooltip=tip)
    layers = []
    if figure.intervall:
        layers.append(base.mark_rule(strokeWidth=4, color=LIGHT).encode(x=alt.X("undre:Q", title=None), x2="ovre:Q"))
    if start:
        layers.append(base.mark_rule(strokeWidth=1.2, color=GREY).encode(x=alt.X("fore:Q", title=None), x2="varde:Q"))
        layers.append(
            base.mark_point(filled=True, fill="white", stroke=GREY, opacity=1, size=46).encode(x=alt.X("fore:Q"))
        )
    across = alt.Chart(alt.NamedData("linjer"))
    layers.append(
        across.mark_rule(strokeWidth=1.3, color="black").encode(
            x=alt.X("varde:Q"), strokeDash=alt.StrokeDash("streck:N", scale=None)
        )
    )
    for place, rule in enumerate(rules):
        words = across.transform_filter(f"datum.plats === {place}").mark_text(baseline="bottom", align="center")
        height = -3 - (len(rules) - 1 - place) * size.font * 1.3
        layers.append(words.encode(x=alt.X("varde:Q"), y=alt.value(height), text="text:N"))
        rule["plats"] = place
    layers.append(base.mark_point(filled=True, opacity=1, size=70).encode(x=x, color=chosen(DARK)))
    layers.append(base.mark_text(align="right").encode(x=alt.value(width + written), text="text:N"))
    return (
        alt.layer(*layers).properties(width=width, height=alt.Step(size.row)),
        {"punkter": rows, "linjer": rules},
    )


def _ends(figure: Points, values: Sequence[Value]) -> tuple[dict[str, Value], dict[str, Value]]:
    """By label the value of the last period that has any, and of the first."""
    if figure.tid is None:
        return {v.label: v for v in values}, {}
    times = sorted({v.row[figure.tid] for v in values if v.value is not None})
    of = [{v.label: v for v in values if v.row[figure.tid] == when} for when in (times[-1], times[0])]
    return of[0], of[1] if len(times) > 1 else {}


def _when(figure: Points, values: Any, which: Any) -> str:
    when = which(value.row[figure.tid] for value in values)
    return when if isinstance(when, str) else drawer.period(when, yearly=isinstance(when, int))


def _rules(drawing: Drawing, reference: Value | None) -> list[dict[str, Any]]:
    """The lines across: the country and the level, the lower first."""
    rules: list[dict[str, Any]] = []
    if reference is not None and reference.value is not None:
        rules.append({"varde": reference.value, "text": f"{reference.label} {reference.text}", "streck": [1, 0]})
    if drawing.level:
        rules.append({"varde": drawing.level[0], "text": drawing.level[1], "streck": [4, 3]})
    return sorted(rules, key=lambda rule: rule["varde"])


def _around(numbers: Sequence[float]) -> tuple[float, float]:
    """A scale around the numbers with air on both sides; from nought when they reach near it."""
    low, high = min(numbers), max(numbers)
    air = (high - low) * 0.08 or abs(high) * 0.1 or 1
    return (0 if 0 <= low < (high - low) / 2 else low - air, high + air)
