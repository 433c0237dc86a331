"""Personal data in every form that people write it in, in the longest texts too."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dagster_project.reading import guard, limits, personal

DASHES = ["-", "+", "\u2010", "\u2011", "\u2012", "\u2013", "\u2014", "\u2212"]
BLANKS = ["", " ", "\u00a0", "\u2009", "\u202f", "\u200b"]


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


@st.composite
def identity_numbers(draw: st.DrawFn) -> str:
    """Ten or twelve figures, the day of a person or of a coordination number, apart or together, in any dashes and blanks."""
    century, year = draw(st.sampled_from(["", "19", "20"])), draw(st.integers(0, 99))
    month, day = draw(st.integers(1, 12)), draw(st.integers(1, 31)) + draw(st.sampled_from([0, 60]))
    number = f"{draw(st.integers(1, 999)):03}{draw(st.integers(0, 9))}"
    parts = [f"{century}{year:02}", f"{month:02}", f"{day:02}"]
    blank, dash = draw(st.sampled_from(BLANKS)), draw(st.sampled_from(DASHES))
    if draw(st.booleans()):
        return f"{draw(st.sampled_from(['-', '/', '.', ' '])).join(parts)}{blank}{dash}{blank}{number}"
    return "".join(parts) + draw(st.sampled_from(["", ".", blank, f"{blank}{dash}{blank}"])) + number


@given(
    identity_numbers(),
    st.sampled_from(["", "fråga ", "pnr:", "(", "Anna_"]),
    st.sampled_from(["", " nu", ")", ".", ", 3"]),
)
def test_no_identity_number_is_left_however_it_is_written(number: str, before: str, after: str) -> None:
    """Ten figures together may be a mobile number too, and are hidden as that."""
    masked, kinds = personal.mask(f"{before}{number}{after}")
    assert sum(sign.isdigit() for sign in masked.removesuffix(after)) == 0, masked
    assert set(kinds) <= {"personnummer", "telefon"}


@st.composite
def addresses(draw: st.DrawFn) -> str:
    local = draw(st.from_regex(r"[a-zåäö0-9]{1,12}([._+-][a-z0-9]{1,9}){0,2}", fullmatch=True))
    at = draw(
        st.sampled_from(
            [
                "@",
                " @ ",
                "\uff20",
                "(at)",
                " (at) ",
                "[at]",
                " {at} ",
                " <at> ",
                " at ",
                " snabel-a ",
                "(snabel-a)",
                " (a) ",
            ]
        )
    )
    dot = draw(st.sampled_from([".", " punkt ", "[dot]", " (punkt) ", "(.)"]))
    labels = draw(st.lists(st.from_regex(r"[a-zåäö][a-z0-9-]{0,9}[a-z]", fullmatch=True), min_size=2, max_size=3))
    return local + at + dot.join(labels)


@settings(max_examples=40)
@given(addresses())
def test_no_address_is_left_however_it_is_written(address: str) -> None:
    assert personal.mask(f"skriv till {address}, eller ring") == ("skriv till [e-post], eller ring", ("e-post",))


@st.composite
def telephone_numbers(draw: st.DrawFn) -> str:
    """A mobile or an ordinary number, with its area in brackets or not, from home or abroad, in groups of two to four."""
    if draw(st.booleans()):
        area, rest = draw(st.sampled_from(["70", "72", "73", "76", "79"])), draw(st.integers(0, 9_999_999))
        digits = f"{rest:07}"
    else:
        area = draw(st.sampled_from(["8", "10", "31", "40", "243", "470", "650"]))
        digits = str(draw(st.integers(10 ** (9 - 3 - len(area)), 10 ** (9 - len(area)) - 1)))[: 9 - len(area)]
        digits = digits if len(area) + len(digits) >= 7 else digits + "2" * (7 - len(area) - len(digits))
    gap = draw(st.sampled_from(["", " ", "-", "\u2013", "\u00a0", "."]))
    cut = draw(st.integers(2, 3))
    groups = [digits[:cut], *(digits[i : i + 2] for i in range(cut, len(digits), 2))]
    if len(groups[-1]) == 1:
        groups[-2:] = ["".join(groups[-2:])]
    home = [f"0{area}", f"(0{area})"]
    abroad = [f"{code}{zero}{area}" for code in ("+46", "+46 ", "0046", "(+46) ") for zero in ("", "(0)", " (0) ")]
    between = draw(st.sampled_from(["", " ", "-", " - ", "/", "\u2013"]))
    return draw(st.sampled_from(home + abroad)) + between + gap.join(groups)


@settings(max_examples=60)
@given(telephone_numbers())
def test_no_telephone_number_is_left_however_it_is_written(number: str) -> None:
    masked, kinds = personal.mask(f"ring {number} nu")
    assert not any(sign.isdigit() for sign in masked), masked
    assert set(kinds) <= {"personnummer", "telefon"}


@settings(max_examples=40)
@given(st.text(max_size=40), st.text(max_size=40))
def test_masking_twice_is_masking_once(first: str, second: str) -> None:
    masked, _ = personal.mask(f"{first} 640823-3234 {second}")
    assert "3234" not in masked.replace(first, "").replace(second, "")
    assert personal.mask(masked)[0] == masked


@pytest.mark.parametrize(
    "text",
    [
        "1 234 567 kronor",
        "2020-03-31",
        "25 000 000 24 000 000",
        "nära vård 2020–2021",
        "den 12.12 2020",
        "2019-10-23–2020-04-24",
        "1610000000",
        "232100-0123",
        "RS070000",
        "kl. 08.30-16.30",
        "01.02.2020",
        "076 123 000",
        "Stockholm 0180 0114 0115",
        "20200101-20201231",
    ],
)
def test_figures_are_not_taken_for_people(text: str) -> None:
    assert personal.mask(text) == (text, ())


@pytest.mark.parametrize(
    "written",
    [
        "Xerxana Zwylt",
        "XERXANA ZWYLT",
        "Zwylt, Xerxana",
        "Xerxana\u00a0Zwylt",
        "Xerxana-Zwylt",
        "xerxana_zwylt",
        "Xerxana Zwylts",
    ],
)
def test_a_marked_name_is_hidden_in_every_form(written: str) -> None:
    names = personal.pattern_of(["Xerxana Zwylt", "Åse"])
    assert personal.hide(f"av {written}.", names) == "av [namn]."
    assert personal.hide("Åses A\u030ase, Åsele", names) == "[namn] [namn], Åsele"
    assert personal.pattern_of([" "]) is None


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
