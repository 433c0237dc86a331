"""What every chart is drawn with: values, colours, sizes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from textwrap import wrap
from typing import Any

from dagster_project.release.catalogue import Column, Table
from dagster_project.release.drawings import Figure

DARK, LIGHT, GREY, RULE, CHOSEN = "#14405f", "#c3d9e8", "#5f6b73", "#dddddd", "#b3470b"
#: Light to dark, one hue. On the two darkest the number is white.
STEPS = ("#eaf2f8", "#bcd6e8", "#86b2d2", "#3f7fb0", "#123f66")
#: The parts of a whole, and the ink on each.
PARTS = (("#14405f", "white"), ("#86b2d2", "black"), ("#e0ecf4", "black"), ("#b9b9b9", "black"), ("#ececec", "black"))
#: How an axis writes a label of several lines.
LINES = "split(datum.label, '\\n')"
WITHOUT_VALUE = "uppgift saknas"
NONE = "#ffffff"

Data = dict[str, list[dict[str, Any]]]


@dataclass(frozen=True)
class Value:
    """One value to draw: ``text`` is how print shows it, or its mark if there is none."""

    label: str
    value: float | None
    text: str
    row: Mapping[str, Any]


@dataclass(frozen=True)
class Size:
    """How wide the chart is, and its text, in pixels."""

    width: int
    font: float

    @property
    def narrow(self) -> bool:
        return self.width < 500

    @property
    def most(self) -> float:
        """A label is at most such a part of the width."""
        return 0.5 if self.narrow else 0.42

    def text(self, letters: int, most: float | None = None) -> float:
        """Room for a text of so many letters, at most a part of the width."""
        return min(letters * self.font * 0.56 + 8, self.width * (most or self.most))

    @property
    def row(self) -> float:
        return self.font * 1.75

    @property
    def config(self) -> dict[str, Any]:
        size = self.font
        return {
            "font": "Liberation Sans, Arial, Helvetica, sans-serif",
            "view": {"stroke": None},
            "text": {"fontSize": size, "color": "black"},
            "title": {
                "fontSize": size * 1.35,
                "subtitleFontSize": size * 1.08,
                "color": "black",
                "subtitleColor": "black",
                "lineHeight": size * 1.6,
            },
            "axis": {
                "labelFontSize": size,
                "titleFontSize": size,
                "titleFontWeight": "normal",
                "labelColor": "black",
                "titleColor": "black",
                "gridColor": RULE,
                "domainColor": GREY,
                "tickColor": GREY,
                "labelFlush": False,
            },
            "legend": {
                "labelFontSize": size,
                "titleFontSize": size,
                "titleFontWeight": "normal",
                "labelColor": "black",
            },
            "header": {"labelFontSize": size, "labelFontWeight": "bold", "labelColor": "black", "labelAnchor": "start"},
        }


@dataclass(frozen=True)
class Drawing:
    """What is drawn: the values by measure, and the level to compare with, as value and words."""

    figure: Figure
    table: Table
    measures: Mapping[str, Sequence[Value]]
    level: tuple[float, str] | None = None

    @property
    def values(self) -> Sequence[Value]:
        return self.measures[self.figure.varden[0]]

    @property
    def column(self) -> Column:
        return self.table.column(self.figure.varden[0])


def chosen(colour: str) -> Any:
    import altair as alt

    return alt.condition("datum.namn === vald", alt.value(CHOSEN), alt.value(colour))


def with_base(base: str | None, value: Value, size: Size) -> str:
    """The label with the number of answers behind it, in lines that its axis has room for."""
    behind = f" (n\N{NO-BREAK SPACE}=\N{NO-BREAK SPACE}{value.row[base]:.0f})" if base and not size.narrow else ""
    lines = wrap(value.label + behind, int(size.width * size.most / size.font / 0.5))
    return "\n".join(lines).replace("\N{NO-BREAK SPACE}", " ")


def ranked(values: Sequence[Value]) -> list[Value]:
    """The largest first, what has no value last; equal ones as they stood."""
    return sorted(values, key=lambda v: (v.value is None, -(v.value or 0)))
