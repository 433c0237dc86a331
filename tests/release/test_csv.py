"""csv files: no cell is run by a spreadsheet, numbers stay numbers, and every text can be had back as it was."""

from __future__ import annotations

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dagster_project.release.csvfiles import plain, safe


@pytest.mark.parametrize(
    "text", ["=1+1", "=cmd|'/c calc'!A1", "+46 70 123", "-", "- en punkt", "@SUM(A1)", "\t=1", "\r=1", "-1+1", "+1-1"]
)
def test_a_text_that_looks_like_a_formula_is_guarded(text: str) -> None:
    assert safe(text) == f"'{text}"


@pytest.mark.parametrize(
    "cell", [-5, -0.5, 0, None, True, "-5", "+5", "-0.5", "-1e-05", "23", "Blekinge", "2020-03-01", ""]
)
def test_numbers_and_plain_words_stay(cell: object) -> None:
    assert safe(cell) is cell


@given(st.text(st.characters(exclude_characters="\r", exclude_categories=["Cs"])))
def test_every_text_comes_back(text: str) -> None:
    """Through a file that any csv reader reads."""
    stream = io.StringIO(newline="")
    csv.writer(stream, lineterminator="\n").writerow([safe(text), "x"])
    [row] = csv.reader(io.StringIO(stream.getvalue(), newline=""))
    assert plain(row[0]) == text
    assert not row[0] or row[0][0] not in "=@\t\r"
