"""Two deliveries of one block whose order cannot be known: neither counts, and both senders hear of it, with what to do."""

from __future__ import annotations

import made_files as made
import pytest
from test_intake import counting, deliver, statuses, take_in

from dagster_project.deliveries import summary
from dagster_project.deliveries.register import ANY_YEAR, Register
from dagster_project.settings import Home


def reports(home: Home) -> dict[str, str]:
    return {
        row["filnamn"]: (home.reports / row["leverans_id"] / "granskning.md").read_text(encoding="utf-8")
        for row in Register(home.register).leveranser()
    }


@pytest.fixture
def two(home: Home) -> Home:
    """Two files of one month that came at once, and no more is said of them."""
    deliver(home, "webbtidbok", "forst.csv", made.webbtidbok(), period="2020-03", mottagen="2020-04-01T10:00:00")
    take_in(home, "webbtidbok")
    for n in (1, 2):
        deliver(home, "webbtidbok", f"v{n}.csv", made.changed(made.webbtidbok(), 3, 1, 86 + n), period="2020-03")
    take_in(home, "webbtidbok")
    return home


def test_both_senders_are_told_by_name_and_what_counted_stands(two: Home) -> None:
    said = reports(two)
    for mine, other in (("v1.csv", "v2.csv"), ("v2.csv", "v1.csv")):
        assert f"Filen {other} har uppgifter om samma sak" in said[mine]
        assert "mars 2020" in said[mine]
        assert "Ingen av dem räknas; det som gällde förut står kvar." in said[mine]
        assert "Delvis godkänd (21 rader räknas inte)" in said[mine]
    assert "samma sak" not in said["forst.csv"]
    assert counting(two, "20") == [("forst.csv", "2020-03-01")]


def test_the_build_says_so(two: Home) -> None:
    lines = [line.text for line in summary.said(two, Register(two.register), ANY_YEAR, {}, {})]
    assert any(line.startswith("v1.csv: väntar; ") and "Filen v2.csv" in line for line in lines)
    assert any(line.startswith("v2.csv: väntar; ") and "Filen v1.csv" in line for line in lines)


def test_when_one_is_taken_away_the_other_counts_and_its_sender_hears_of_it(two: Home) -> None:
    (two.landing / "webbtidbok" / "v1.csv").unlink()
    assert len(take_in(two, "webbtidbok").granskade) == 2
    assert ("v2.csv", "godkand") in statuses(two)
    assert counting(two, "20") == [("v2.csv", "2020-03-01")]
    assert "samma sak" not in reports(two)["v2.csv"]
    assert take_in(two, "webbtidbok").granskade == []


def test_nothing_is_judged_again_while_nothing_changes(two: Home) -> None:
    assert take_in(two, "webbtidbok").granskade == []
