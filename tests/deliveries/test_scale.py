"""A number on another scale than the others, or than its own history, does not count until it is confirmed, whatever the source."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import made_files as made
import pytest
from test_intake import counting, deliver, statuses, take_in

from dagster_project.deliveries.register import Register
from dagster_project.reading import formats
from dagster_project.settings import Home

NAMES = [str(row[0]) for row in made.webbtidbok()[1:]]
WAITING = ["Region", "Manad", "Grupp", "Vantande", "VantandeInom90", "VantandeInom60"]
WAITING += ["PatientvaldVantan", "EnheterRapporterat", "EnheterForvantat", "Rapporterad"]
COSTS = ["År", "Region", "Primärvård", "Somatisk vård", "Psykiatri", "Övrigt"]


def doubts(home: Home) -> list[tuple[str, int | None, str | None, str]]:
    """(file, row, column, message) of what waits because of its scale."""
    register = Register(home.register)
    return [
        (row["filnamn"], a.rad, a.kolumn, a.meddelande)
        for row in register.leveranser()
        for a in register.anmarkningar(row["leverans_id"])
        if a.kod == "annan_skala"
    ]


def costs(ar: int, times: float = 1) -> made.Rows:
    """A sound year: some thousands of kronor a head, of regions of 60 000 to 2.4 million."""
    heads = [60_000 + 110_000 * i for i in range(21)]
    return [
        COSTS,
        *(
            [ar, n, *(int(h * kr * times) for kr in (4_000, 13_000, 2_200, 3_100))]
            for n, h in zip(NAMES, heads, strict=True)
        ),
    ]


def waiting(month: str, times: int = 1) -> made.Rows:
    day = f"{month[:5]}{int(month[5:]) + 1:02}-03"
    return [
        WAITING,
        *(
            [n, month, "besok", w * times, w * times * 4 // 5, w * times * 3 // 5, 9, 5, 5, day]
            for n, w in zip(NAMES, range(900, 9000, 400), strict=False)
        ),
    ]


def shares(ar: int, values: list[str]) -> made.Rows:
    head = ["Titel", "Enhetsnamn", "Mätperiod", "Värde", "Täljare", "Nämnare/antal fall"]
    return [
        head,
        *(["Oplanerade återinskrivningar inom 30 dagar", n, ar, v, "", ""] for n, v in zip(NAMES, values, strict=True)),
    ]


SHARES = [f"{15 + i / 10:.1f}".replace(".", ",") for i in range(21)]
NEIGHBOURS: dict[str, tuple[made.Rows, int, int, Any, str]] = {
    # source: sound rows, the row and the cell that go wrong, the wrong value, and who and when it is told of
    "webbtidbok": (made.webbtidbok(), 3, 1, 99_999, f"{NAMES[1]}, mars 2020"),
    "rakenskap": (costs(2019), 5, 5, 9, f"{NAMES[3]}, 2019"),
    "vantetid_specialistvard": (waiting("2019-02"), 4, 3, 9_999_999, f"{NAMES[2]}, februari 2019"),
    "vardenisiffror": (shares(2019, SHARES), 6, 3, "0,172", f"{NAMES[4]}, 2019"),
    "befolkning": (
        [["År", "Region", "Folkmängd"], *([2020, n, 60_000 + 110_000 * i] for i, n in enumerate(NAMES))],
        8,
        2,
        830,
        f"{NAMES[6]}, 2020",
    ),
}


@pytest.mark.parametrize("kalla", NEIGHBOURS)
def test_what_is_far_from_the_others_waits_and_is_told_of_whom_and_when(home: Home, kalla: str) -> None:
    rows, row, cell, value, who = NEIGHBOURS[kalla]
    said = {"period": "2020-03"} if kalla == "webbtidbok" else {}
    deliver(home, kalla, "sund.csv", rows, mottagen="2021-01-02T10:00:00", **said)
    take_in(home, kalla)
    assert doubts(home) == []
    deliver(home, kalla, "fel.csv", made.changed(rows, row, cell, value), mottagen="2021-01-03T10:00:00", **said)
    take_in(home, kalla)
    [(name, line, _, text)] = doubts(home)
    assert (name, line) == ("fel.csv", row)
    assert f" för {who}, är omkring " in text
    names = {r["leverans_id"]: r["filnamn"] for r in Register(home.register).leveranser()}
    blocks = [t for t in Register(home.register).tackning(2021) if t["vantar"]]
    assert [names[t["leverans_id"]] for t in blocks] == ["fel.csv"]
    mine = [
        t
        for t in Register(home.register).tackning(2021)
        if t["gallande"] and t["respondent"] == blocks[0]["respondent"]
    ]
    assert [names[t["leverans_id"]] for t in mine] == ["sund.csv"]


@pytest.mark.parametrize("times", [10, 100, 1000])
def test_a_region_alone_is_held_against_what_it_had_before(home: Home, times: int) -> None:
    """A file with one row has no others to be held against."""
    alone = [["Region", "Visa tid", "Boka tid"], ["Skåne", 85, 59]]
    deliver(home, "webbtidbok", "mars.csv", alone, period="2020-03", mottagen="2020-04-02T10:00:00")
    wrong = [["Region", "Visa tid", "Boka tid"], ["Skåne", 85 * times, 60]]
    deliver(home, "webbtidbok", "april.csv", wrong, period="2020-04", mottagen="2020-05-02T10:00:00")
    take_in(home, "webbtidbok")
    thousands = f"{times:,}".replace(",", "\u00a0")
    assert doubts(home) == [
        (
            "april.csv",
            2,
            "Visa tid",
            f"Värdet {85 * times} för Skåne, april 2020, är omkring {thousands} gånger större än det som gällde förut (85). Det räknas inte "
            "förrän ni har bekräftat det; det som gällde förut står kvar.",
        )
    ]
    assert counting(home, "12") == [("mars.csv", "2020-03-01")]
    [waiting_for] = [r["leverans_id"] for r in Register(home.register).leveranser() if r["filnamn"] == "april.csv"]
    report = (home.reports / waiting_for / "granskning.md").read_text(encoding="utf-8")
    assert "bekräfta det i filen med uppgifter om leveransen, under bekraftat, med kolumn, varde, av" in report
    said = [{"kolumn": "Visa tid", "varde": str(85 * times), "av": "Inera", "varfor": "ny tjänst"}]
    deliver(home, "webbtidbok", "april.csv", wrong, period="2020-04", mottagen="2020-05-03T10:00:00", bekraftat=said)
    take_in(home, "webbtidbok")
    assert counting(home, "12") == [("mars.csv", "2020-03-01"), ("april.csv", "2020-04-01")]


def test_a_whole_file_in_thousands_of_kronor_waits(home: Home) -> None:
    """The rows fit each other; it is their history they do not fit."""
    deliver(home, "rakenskap", "2018.csv", costs(2018), mottagen="2019-06-01T10:00:00")
    deliver(home, "rakenskap", "2019.csv", costs(2019, 0.001), mottagen="2020-06-01T10:00:00")
    take_in(home, "rakenskap")
    assert dict(statuses(home)) == {"2018.csv": "godkand", "2019.csv": "vantar"}
    assert {text.split(" är omkring ")[1].split(" gånger ")[0] for *_, text in doubts(home)} == {"1\u00a0000"}


def test_growth_and_small_numbers_are_believed(home: Home) -> None:
    alone = lambda seen, booked: [["Region", "Visa tid", "Boka tid"], ["Skåne", seen, booked]]  # noqa: E731
    for month, (seen, booked) in enumerate(((2, 1), (20, 1), (40, 12), (160, 40)), 1):
        deliver(
            home,
            "webbtidbok",
            f"{month}.csv",
            alone(seen, booked),
            period=f"2020-0{month}",
            mottagen=f"2020-0{month + 1}-02T10:00:00",
        )
    take_in(home, "webbtidbok")
    assert doubts(home) == []


def test_the_order_of_judgement_changes_nothing(home: Home, tmp_path: Path) -> None:
    """A value is held against what was received before it, not against what was judged before it."""
    outcomes = []
    for name, together in (("en", True), ("flera", False)):
        each = Home(tmp_path / name)
        each.create()
        for month, seen in (("03", 85), ("04", 850), ("05", 86)):
            rows = [["Region", "Visa tid", "Boka tid"], ["Skåne", seen, 59]]
            deliver(
                each, "webbtidbok", f"{month}.csv", rows, period=f"2020-{month}", mottagen=f"2020-{month}-28T10:00:00"
            )
            if not together:
                take_in(each, "webbtidbok")
        take_in(each, "webbtidbok")
        outcomes.append((statuses(each), doubts(each)))
    assert outcomes[0] == outcomes[1]
    assert [name for name, *_ in outcomes[0][1]] == ["04.csv"]


def test_every_column_with_a_scale_is_of_a_thing_that_the_format_tells_apart() -> None:
    scaled = {kalla for kalla, specs in formats.load().items() for s in specs for k in s.kolumner if k.skala}
    assert {"webbtidbok", "rakenskap", "kolada", "befolkning", "vardenisiffror", "sdb", "specialistbevis"} <= scaled


def test_a_delivery_that_came_late_and_is_dated_before_judges_the_later_ones_anew(home: Home) -> None:
    """What a value is held against is what counted when it was received, whenever that is learnt: the later delivery is judged again."""
    thirtieth = [COSTS, *costs(2019, 1 / 30)[1:3]]
    deliver(home, "rakenskap", "2019.csv", thirtieth, mottagen="2020-05-01T08:00:00")
    take_in(home, "rakenskap")
    assert doubts(home) == []
    deliver(home, "rakenskap", "2018.csv", costs(2018), mottagen="2019-05-01T08:00:00")
    assert len(take_in(home, "rakenskap").granskade) == 2
    assert {name for name, *_ in doubts(home)} == {"2019.csv"}
    assert take_in(home, "rakenskap").granskade == []
    (home.landing / "rakenskap" / "2018.csv").unlink()
    assert take_in(home, "rakenskap").granskade == []
