"""The amount reader: the printed amounts of the queue money's agreement, and every way of writing an amount."""

from __future__ import annotations

import pytest
from facit import table
from hypothesis import given
from hypothesis import strategies as st

from dagster_project.reading.amounts import Belopp, contradicted, find, read

MEANING = {
    "agreement total": "totalt",
    "regions total": "region",
    "SKL total": "skl",
    "block 1 total": "block_1",
    "block 2 total": "block_2",
    "bilaga 1 total Medel till landstingen": "region",
    "bilaga 1 total Medel till SKL": "skl",
    "bilaga 1 grand total": "totalt",
}
SUMS = {"totalt": ["region", "skl"], "region": ["block_1", "block_2"]}


def test_thirty_of_the_33_printed_amounts_are_right_and_three_break_a_sum() -> None:
    rows = table("seed001/tables/komiljard_2019_amounts")
    assert len(rows) == 33
    printed: dict[str, list[int]] = {}
    readings = []
    for row in rows:
        cell = " ".join(
            filter(None, (row["approx_marker_as_printed"], row["amount_as_printed"], row["unit_as_printed"]))
        )
        implied = None if row["unit_as_printed"] else "mnkr" if "mnkr" in row["note"] else "kr"
        amount = read(cell, implied)
        assert amount.text == cell
        assert amount.ungefarligt == (row["approx_marker_as_printed"] == "ca")
        name = MEANING.get(row["meaning"], row["meaning"])
        readings.append((row, name, amount))
        if name in MEANING.values() and amount.kronor is not None:
            printed.setdefault(name, []).append(amount.kronor)
    broken = contradicted(printed, SUMS)
    right = [row for row, name, a in readings if a.kronor is not None and (name, a.kronor) not in broken]
    rejected = [row["source_line"] for row, name, a in readings if a.kronor is None or (name, a.kronor) in broken]
    assert (len(right), rejected) == (30, ["1271", "1273", "1274"])
    for row, _, amount in readings:
        if row in right:
            assert amount.kronor == int(row["parsed_amount_kr"]), row["source_line"]


@pytest.mark.parametrize(
    ("text", "kronor"),
    [
        ("213 330 000 kronor", 213_330_000),
        ("213\u00a0330\u202f000 kronor", 213_330_000),
        ("213  330\n000 kronorna", 213_330_000),
        ("1234567 kr", 1_234_567),
        ("42,7 mnkr", 42_700_000),
        ("42.7 miljoner", 42_700_000),
        ("5 698, 5 miljoner kronor", 5_698_500_000),
        ("250 tkr", 250_000),
        ("2,4 miljarder kronor", 2_400_000_000),
        ("en miljard kronor", 1_000_000_000),
        ("två miljarder kronor", 2_000_000_000),
        ("fyra miljoner", 4_000_000),
        ("−500 kr", -500),
        ("0 kr", 0),
    ],
)
def test_ways_of_writing(text: str, kronor: int) -> None:
    assert read(text) == Belopp(text, kronor)


@pytest.mark.parametrize("word", ["ca", "Cirka", "omkring", "drygt"])
def test_approximate_amounts_say_so(word: str) -> None:
    assert read(f"{word} 2,4 miljarder") == Belopp(f"{word} 2,4 miljarder", 2_400_000_000, ungefarligt=True)


@pytest.mark.parametrize(
    ("text", "fel"),
    [
        ("1 61000 000 000 kronor", "siffrorna är inte grupperade i tusental"),
        ("12 34 kr", "siffrorna är inte grupperade i tusental"),
        ("100", "enheten framgår inte"),
        ("100,50 kr", "inte hela kronor"),
        ("0,0001 tkr", "inte hela kronor"),
        ("100 euro", "inte ett belopp"),
        ("cirka", "inte ett belopp"),
        ("", "inte ett belopp"),
    ],
)
def test_what_is_no_amount_is_not_guessed_at(text: str, fel: str) -> None:
    assert read(text) == Belopp(text, None, fel=fel)


def test_a_heading_gives_the_unit_that_the_cell_lacks() -> None:
    assert read("1 280 000", "tkr").kronor == 1_280_000_000
    assert read("1 280 000 kr", "tkr").kronor == 1_280_000


def test_amounts_are_found_in_prose_and_other_numbers_are_not() -> None:
    text = (
        "Överenskommelsen 2019 omfattar totalt 1 610 000 000  kronor, varav ca 213 330\n000 kronor per månad och grupp. "
        "Av 290 kommuner svarade 226. Steget är 42,7 mnkr och 10 procent."
    )
    assert [(a.kronor, a.ungefarligt) for a in find(text)] == [
        (1_610_000_000, False),
        (213_330_000, True),
        (42_700_000, False),
    ]


@given(st.integers(0, 10**13), st.sampled_from([" ", "\u00a0", "\u202f", "  ", "\n"]))
def test_any_whole_amount_is_read_back(kronor: int, blank: str) -> None:
    assert read(f"{kronor:,}".replace(",", blank) + " kr").kronor == kronor


def test_a_repeated_figure_that_breaks_no_sum_stands() -> None:
    assert contradicted({"a": [3, 4], "b": [1], "c": [2]}, {"a": ["b", "c"]}) == {("a", 4)}
    assert contradicted({"a": [5], "b": [1], "c": [2]}, {"a": ["b", "c"]}) == {("a", 5), ("b", 1), ("c", 2)}
