"""Personal data in every form that people write it in, in the longest texts too."""

from __future__ import annotations

import pytest

from dagster_project.reading import guard, limits, personal

DASHES = ["-", "+", "\u2010", "\u2011", "\u2012", "\u2013", "\u2014", "\u2212"]


@pytest.mark.parametrize(
    "written",
    [
        *(f"19121212{dash}1212" for dash in DASHES),
        "121212.1212",
        "121212 - 1212",
        "121212\u00a01212",
        "121212 \u2013 1212",
        "121212 -1212",
        "1912-12-12-1212",
        "19121272-1212",
    ],
)
def test_a_personal_identity_number_in_every_form(written: str) -> None:
    assert personal.mask(f"fråga {written} om det") == ("fråga [personnummer] om det", ("personnummer",))


@pytest.mark.parametrize(
    "written", ["anna@example.org", "anna.b(at)example.org", "anna [at] example.org", "ANNA (AT) example.org"]
)
def test_an_address_in_every_form(written: str) -> None:
    assert personal.mask(f"skriv till {written}, eller ring") == ("skriv till [e-post], eller ring", ("e-post",))


@pytest.mark.parametrize(
    "written",
    [
        "+46 (0)70-174 06 05",
        "+46 70 174 06 05",
        "0046 70 174 06 05",
        "070-174 06 05",
        "070\u2013174 06 05",
        "070\u00a0174\u00a006\u00a005",
    ],
)
def test_a_telephone_number_in_every_form(written: str) -> None:
    assert personal.mask(f"ring {written} nu") == ("ring [telefon] nu", ("telefon",))


@pytest.mark.parametrize(
    "text", ["1 234 567 kronor", "2020-03-31", "25 000 000 24 000 000", "nära vård 2020–2021", "den 12.12 2020"]
)
def test_figures_are_not_taken_for_people(text: str) -> None:
    assert personal.mask(text) == (text, ())


ADVERSARIAL = [
    "a",
    "1",
    "a.",
    "a@",
    "Aa ",
    "Aa-",
    "07 ",
    "(at)",
    " ",
    "Aa\n",
    "1-",
    "+46",
    "handläggare: ",
    "a.b-",
    "@a.",
]


def masked(pieces: list[str]) -> list[int]:
    """How long each of the longest cells is when it has been searched."""
    return [len(personal.mask((piece * limits.CELL)[: limits.CELL - 1] + "!")[0]) for piece in pieces]


def test_the_longest_cell_there_may_be_is_searched_within_the_limits_of_the_door() -> None:
    """A search whose work grew as the square of the text would be ended by the guard."""
    assert len(guard.limited(masked)(ADVERSARIAL)) == len(ADVERSARIAL)
