"""A block that keeps its last accepted value because a later delivery waits or was rejected is told of, with the days of both."""

from __future__ import annotations

from typing import Any

import made_files as made
import pytest
from test_blocks import CONFIRMED, doubtful
from test_intake import deliver, take_in

from dagster_project.deliveries import earlier
from dagster_project.deliveries.register import Register
from dagster_project.settings import Home
from dagster_project.warehouse import state


def told(home: Home) -> list[str]:
    return [each.said for each in earlier.find(Register(home.register), 2020)]


@pytest.fixture
def march(home: Home) -> Home:
    deliver(home, "webbtidbok", "mars.csv", made.webbtidbok(), period="2020-03", mottagen="2020-04-02T12:00:00")
    take_in(home, "webbtidbok")
    assert told(home) == []
    return home


def later(home: Home, rows: made.Rows | bytes, **said: Any) -> None:
    deliver(home, "webbtidbok", "ny.csv", rows, **{"period": "2020-03", "mottagen": "2020-05-05T12:00:00"} | said)
    take_in(home, "webbtidbok")


def test_a_value_in_doubt_leaves_the_earlier_one_and_only_its_respondent_is_named(march: Home) -> None:
    before = state.fingerprint(Register(march.register), 2020, {})
    later(march, doubtful())
    assert told(march) == [
        "Uppgifterna från Gotland är tidigare värden, ur leveransen som kom in 2 april 2020. "
        "En senare leverans, som kom in 5 maj 2020, väntar på besked från avsändaren och räknas inte."
    ]
    [found] = earlier.find(Register(march.register), 2020)
    assert found.block == (("09", "", "2020-03-01"),)
    assert state.fingerprint(Register(march.register), 2020, {}) != before, "the release says it, so it is another"
    later(march, doubtful(), bekraftat=[CONFIRMED])
    assert told(march) == []


def test_a_rejected_file_leaves_all_that_it_was_about_until_it_is_taken_away(march: Home) -> None:
    later(march, b"en;helt;annan\n1;2;3\n")
    [found] = earlier.find(Register(march.register), 2020)
    assert (len(found.respondenter), found.avvisad) == (21, True)
    assert found.said.endswith("En senare leverans, som kom in 5 maj 2020, avvisades och räknas inte.")
    for path in (march.landing / "webbtidbok").glob("ny.csv*"):
        path.unlink()
    take_in(march, "webbtidbok")
    assert told(march) == []


@pytest.mark.parametrize(
    "said",
    [{"period": "2020-02"}, {"mottagen": "2020-04-01T12:00:00"}, {"mottagen": "2021-07-01T12:00:00"}, {"period": None}],
    ids=["another month", "before it", "after the cut-off", "about nobody knows what"],
)
def test_a_rejected_file_about_something_else_leaves_nothing(march: Home, said: dict[str, Any]) -> None:
    later(march, b"en;helt;annan\n1;2;3\n", **said)
    assert told(march) == []


def test_on_the_strength_of_something_made_up_nobody_is_named(march: Home) -> None:
    later(march, doubtful(), pahittad=True)
    [said] = told(march)
    assert said.startswith("Uppgifterna från en uppgiftslämnare [påhittad] är tidigare värden")
    assert "Gotland" not in said


def test_values_at_second_hand_are_not_said_to_come_from_their_source(home: Home) -> None:
    deliver(home, "webbtidbok", "mars.csv", made.webbtidbok(), period="2020-03", mottagen="2020-04-02", andrahand=True)
    take_in(home, "webbtidbok")
    [row] = state.deliveries_used(Register(home.register), 2020)
    assert (row["avsandare"], row["andrahand"]) == ("Inera, i andra hand", True)


def test_a_sidecar_that_says_perhaps_is_refused(home: Home) -> None:
    deliver(home, "webbtidbok", "mars.csv", made.webbtidbok(), period="2020-03", andrahand="kanske")
    take_in(home, "webbtidbok")
    [row] = Register(home.register).leveranser()
    [found] = Register(home.register).anmarkningar(row["leverans_id"])
    assert found.meddelande.endswith("andrahand ska vara true eller false.")
