"""Small pictures in the text of a region's page: where its value lies among the others', and how it has moved. They repeat what stands
beside them in words, and are hidden from those who listen."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd
from markupsafe import Markup, escape

from dagster_project.release.tables import shown

_WIDTH, _HEIGHT, _SIDE = 360, 54, 10


def strip(
    values: Mapping[str, float], own: str, similar: Sequence[str], country: float | None, decimals: int | None
) -> Markup:
    """A dot per region along a line, the own one largest and the similar ones filled; the country is a line across."""
    numbers = [*values.values(), *([country] if country is not None else [])]
    low, high = min(numbers), max(numbers)

    def x(value: float) -> str:
        return f"{_SIDE + (value - low) / ((high - low) or 1) * (_WIDTH - 2 * _SIDE):.1f}"

    parts = [f'<line x1="{_SIDE}" x2="{_WIDTH - _SIDE}" y1="22" y2="22" class="s-axel"/>']
    if country is not None:
        parts.append(f'<line x1="{x(country)}" x2="{x(country)}" y1="6" y2="38" class="s-riket"/>')
    for code, value in values.items():
        if code != own:
            kind = "s-lik" if code in similar else "s-annan"
            parts.append(f'<circle cx="{x(value)}" cy="22" r="5" class="{kind}"/>')
    if own in values:
        parts.append(f'<circle cx="{x(values[own])}" cy="22" r="8" class="s-egen"/>')
    ends = ((_SIDE, "start", low), (_WIDTH - _SIDE, "end", high))
    parts += [
        f'<text x="{at}" y="50" text-anchor="{anchor}">{escape(shown(value, decimals))}</text>'
        for at, anchor, value in ends
    ]
    return _picture("".join(parts), _WIDTH, _HEIGHT)


def line(values: Sequence[tuple[Any, Any]], decimals: int | None) -> Markup | None:
    """A line through the values over time, with the first and the last written; None where fewer than two are there."""
    known = [(place, float(value)) for place, (_, value) in enumerate(values) if not pd.isna(value)]
    if len(known) < 2:
        return None
    low, high = min(v for _, v in known), max(v for _, v in known)
    step = 150 / (len(values) - 1)

    def at(place: int, value: float) -> tuple[str, str]:
        return f"{45 + place * step:.1f}", f"{34 - (value - low) / ((high - low) or 1) * 24:.1f}"

    points = " ".join(",".join(at(*point)) for point in known)
    (x1, y1), (x2, y2) = at(*known[0]), at(*known[-1])
    first, last = (escape(shown(value, decimals)) for value in (known[0][1], known[-1][1]))
    return _picture(
        f'<polyline points="{points}" class="s-linje"/><circle cx="{x2}" cy="{y2}" r="4" class="s-egen"/>'
        f'<text x="{float(x1) - 6:.1f}" y="{float(y1) + 5:.1f}" text-anchor="end">{first}</text>'
        f'<text x="{float(x2) + 8:.1f}" y="{float(y2) + 5:.1f}">{last}</text>',
        250,
        44,
    )


def _picture(content: str, width: int, height: int) -> Markup:
    return Markup(
        f'<svg viewBox="0 0 {width} {height}" width="{width}" height="{height}" aria-hidden="true">{content}</svg>'
    )
