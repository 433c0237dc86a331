"""The ends of an indicator's interval, of shares that are none or all."""

from __future__ import annotations

from math import sqrt
from pathlib import Path

import duckdb
import pytest
from jinja2 import Environment

MACRO = Path(__file__).resolve().parents[2] / "dbt" / "macros" / "intervall.sql"


def wilson(taljare: int, namnare: int) -> tuple[float | None, float | None]:
    """The two ends as the model's SQL gives them."""
    ends = [
        Environment(autoescape=False)
        .from_string(MACRO.read_text(encoding="utf-8") + "{{ wilson('t', 'n', " + side + ") }}")
        .render()
        for side in ("-1", "1")
    ]
    row = duckdb.sql(f"select {', '.join(ends)} from (select {taljare} as t, {namnare} as n)").fetchone()
    assert row is not None
    return row[0], row[1]


@pytest.mark.parametrize("n", [1, 2, 7, 21, 39, 100, 12_345])
def test_no_end_is_past_none_or_all(n: int) -> None:
    (low, _), (_, high) = wilson(0, n), wilson(n, n)
    assert low is not None
    assert high is not None
    assert 0 <= low < 1e-12
    assert 100 - 1e-12 < high <= 100


def test_the_ends_are_wilsons() -> None:
    z, p, n = 1.959963984540054, 5 / 21, 21
    middle, half = (
        (p + z * z / (2 * n)) / (1 + z * z / n),
        z * sqrt(p * (1 - p) / n + z * z / (4 * n * n)) / (1 + z * z / n),
    )
    assert wilson(5, 21) == pytest.approx((100 * (middle - half), 100 * (middle + half)))
    assert wilson(0, 0) == (None, None)
