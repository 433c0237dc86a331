"""The attack by itself: what it knows of a release, and which tables it knows of."""

from __future__ import annotations

from pathlib import Path
from unittest.mock import patch

import numpy as np
from hypothesis import example, given, settings
from hypothesis import strategies as st
from scipy.sparse import csr_array

from dagster_project import rapporter
from dagster_project.release import catalogue
from dagster_project.release.attack import attack, bounds, declared
from dagster_project.release.attack.published import Cell, Key, Published

DBT = Path(__file__).resolve().parents[2] / "dbt" / "models"
DECLARED = declared.load()
LIMITS = {"aterinskrivning_30_dagar": 20, "medicinsk_bedomning_tre_dagar": 20}
SERIES = ("vardenisiffror", "aterinskrivning_30_dagar", "publicerad")


def series(region: str, whole: int | None, met: int | None = None, share: float | None = None) -> Cell:
    key = Key("serier", SERIES, "2019", region, "", ("T",))
    hidden = whole is None and share is None
    return Cell("mart.indikator", key, hidden, {"namnare": whole, "taljare": met}, {"taljare": share})


def told(*cells: Cell) -> dict[tuple[str, str, str], tuple[int, int]]:
    """Place, time and quantity of what can be computed, with its least and greatest value."""
    return {
        (each.figure.key.enhet or each.figure.key.region, each.figure.key.tid, each.figure.storhet): (
            each.minst,
            each.hogst,
        )
        for each in attack(DECLARED, [Published(cells, LIMITS)])
    }


def test_every_mart_and_table_says_whom_it_is_about() -> None:
    marts = {f"mart.{path.stem}" for path in (DBT / "marts").glob("*/*.sql")}
    editions = [catalogue.load(report.ar) for report in rapporter.all_reports()]
    tables = {f"tabell.{table.id}" for edition in editions for table in edition.tabeller}
    assert {*DECLARED.personer, *DECLARED.redan_visat, *DECLARED.organisationer} == marts | tables


def test_one_hidden_region_is_what_riket_has_over() -> None:
    found = told(series("00", 200, 20), series("10", 150, 12), series("23", 39, 6), series("09", None))
    assert found == {("09", "2019", "namnare"): (11, 11), ("09", "2019", "taljare"): (2, 2)}


def test_a_group_of_at_least_the_threshold_and_a_group_of_nobody_are_no_secrets() -> None:
    assert told(series("00", 200, 20), series("10", 150, 12), series("23", None)) == {}
    assert told(series("00", 150, 12), series("10", 150, 12), series("23", None)) == {}


def test_two_hidden_regions_keep_each_other_company_unless_there_are_few_of_them_together() -> None:
    assert told(series("00", 200, 20), series("10", 150, 12), series("23", None), series("09", None)) == {}
    assert told(series("00", 158, 20), series("10", 150, 19), series("23", None), series("09", None)) == {
        ("09", "2019", "namnare"): (0, 8),
        ("23", "2019", "namnare"): (0, 8),
    }


def test_a_share_of_a_known_number_tells_how_many_they_are() -> None:
    """Riket's numerator is not printed, but 10.0 percent of 200 is 20."""
    riket = series("00", 200, None, 10.0)
    found = told(riket, series("10", 150, 12), series("23", 39, 6), series("09", None))
    assert found[("09", "2019", "taljare")] == (2, 2)


def test_a_hidden_figure_that_another_table_prints_is_found() -> None:
    elsewhere = series("09", 11, 2)
    found = told(series("00", 2000, 20), series("09", None), series("10", None), elsewhere)
    assert found == {("09", "2019", "namnare"): (11, 11), ("09", "2019", "taljare"): (2, 2)}


def months(enhet: str, tid: str, kon: str, whole: int | None) -> Cell:
    key = Key("tre_dagar", (), tid, "09" if enhet else "00", enhet, (kon, "alla", "alla", "alla"))
    return Cell("mart", key, whole is None, {"namnare": whole})


def test_a_year_tells_of_its_hidden_month() -> None:
    found = told(months("", "2020-01", "T", 80), months("", "2020-02", "T", None), months("", "2020", "T", 95))
    assert found == {("00", "2020-02", "namnare"): (15, 15)}


def test_the_sexes_are_at_most_the_total_since_some_are_of_neither() -> None:
    """Of 30 with 25 women there are at most 5 men: known too well."""
    found = told(months("", "2020-01", "T", 30), months("", "2020-01", "K", 25), months("", "2020-01", "M", None))
    assert found == {("00", "2020-01", "namnare"): (0, 5)}


COUNTS = st.lists(st.integers(0, 60), min_size=2, max_size=7)


@example([0, 20, 3, 41], [9, 9, 40, 6], 10.0, True)
@example([3, 1], [2, 2], 1.0, False)
@given(COUNTS, COUNTS, st.sampled_from([1.0, 5.0, 10.0]), st.booleans())
@settings(max_examples=60, deadline=None)
def test_the_cells_of_a_table_with_known_margins_lie_between_frechets_bounds(
    rows: list[int], columns: list[int], width: float, from_the_middle: bool
) -> None:
    """Whether solutions are sought in random directions only or around the middle one: what is said to be near is exact, and nothing is
    said to be wide that is not."""
    gap = sum(rows) - sum(columns)
    rows, columns = [*rows, max(-gap, 0)], [*columns, max(gap, 0)]
    r, c = np.array(rows, float), np.array(columns, float)
    n, m = len(r), len(c)
    margins = csr_array(np.vstack([np.kron(np.eye(n), np.ones(m)), np.kron(np.ones(n), np.eye(m))]))
    most = np.minimum.outer(r, c).ravel()
    least = np.maximum(np.add.outer(r, c) - r.sum(), 0).ravel()
    no_more = csr_array(np.eye(n * m))  # what a cell has no more than follows of its margins already
    system = bounds.System(margins, np.concatenate([r, c]), no_more, most)
    with patch.object(bounds, "MANY", 0 if from_the_middle else 10**6):
        low, high = bounds.intervals(system, csr_array(np.eye(n * m)), np.full(n * m, width))
    near = high - low < width - 1e-6
    assert np.array_equal(near, most - least < width)
    assert np.allclose(low[near], least[near])
    assert np.allclose(high[near], most[near])
    assert (low > least - 1e-5).all()
    assert (high < most + 1e-5).all()
