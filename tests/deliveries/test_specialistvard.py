"""Waiting lists of specialist care that are wrong, and the whole message that the sender gets."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import made_files as made
import pytest

from dagster_project.deliveries import door
from dagster_project.reading import sidecar
from dagster_project.sources import all_sources

HEADING = [
    "Region",
    "Manad",
    "Grupp",
    "Vantande",
    "VantandeInom90",
    "VantandeInom60",
    "PatientvaldVantan",
    "EnheterRapporterat",
    "EnheterForvantat",
    "Rapporterad",
    "GenomfordaRapporterad",
]
FEL, ANM, RAD, INGEN = "fel", "anmarkning", "rad", "ingen"


def row(
    region: str = "Halland", waiting: Any = 1000, within_90: Any = 800, within_60: Any = 700, **other: Any
) -> list[Any]:
    given = {
        "grupp": "Första besök",
        "manad": "2019-09",
        "vald": 20,
        "enheter": 20,
        "av": 20,
        "dag": "2019-10-14",
        "faktisk": "2019-10-14",
    } | other
    return [
        region,
        given["manad"],
        given["grupp"],
        waiting,
        within_90,
        within_60,
        given["vald"],
        given["enheter"],
        given["av"],
        given["dag"],
        given["faktisk"],
    ]


SOUND = row("Gotland")
CASES: dict[str, tuple[list[list[Any]], int, list[tuple[Any, ...]]]] = {
    "within 90 days more than waiting": (
        [row(within_90=1001)],
        1,
        [
            (
                FEL,
                None,
                3,
                "VantandeInom90",
                "1001",
                "högst antalet i kolumnen Vantande",
                "Halland, september 2019: fler väntar inom 90 dagar (1001) än som väntar totalt. "
                "Det räknas inte förrän ni har bekräftat det; det som gällde förut står kvar.",
                "tveka",
            )
        ],
    ),
    "within 60 days more than within 90": (
        [row(within_60=801)],
        1,
        [
            (
                FEL,
                None,
                3,
                "VantandeInom60",
                "801",
                "högst antalet i kolumnen VantandeInom90",
                "Halland, september 2019: fler väntar inom 60 dagar (801) än inom 90 dagar. "
                "Det räknas inte förrän ni har bekräftat det; det som gällde förut står kvar.",
                "tveka",
            )
        ],
    ),
    "negative": (
        [row(waiting=-5, within_90=-5, within_60=-6)],
        1,
        [
            (FEL, None, 3, "Vantande", "-5", "0 eller större", "-5 i kolumnen Vantande är negativt.", RAD),
            (
                FEL,
                None,
                3,
                "VantandeInom60",
                "-6",
                "0 eller större",
                "-6 i kolumnen VantandeInom60 är negativt.",
                RAD,
            ),
            (
                FEL,
                None,
                3,
                "VantandeInom90",
                "-5",
                "0 eller större",
                "-5 i kolumnen VantandeInom90 är negativt.",
                RAD,
            ),
        ],
    ),
    "decimals": (
        [row(waiting="1000,5")],
        1,
        [(FEL, None, 3, "Vantande", "1000,5", "ett heltal", "1000,5 i kolumnen Vantande är inte ett heltal.", RAD)],
    ),
    "the same region twice, with other figures": (
        [row(), row(waiting=1100)],
        1,
        [
            (
                FEL,
                None,
                n,
                "Regionkod",
                "Halland",
                "en rad per region, månad och grupp",
                "Halland finns på flera rader för september 2019 och samma grupp med olika uppgifter. "
                "Raderna räknas inte; det som gällde förut står kvar. Lämna en rad.",
                "tveka",
            )
            for n in (3, 4)
        ],
    ),
    "the same row twice": (
        [row(), row()],
        3,
        [
            (
                ANM,
                None,
                n,
                "Regionkod",
                "Halland",
                "en rad per region, månad och grupp",
                "Halland finns på flera rader för september 2019 och samma grupp med samma uppgifter. En av dem räknas.",
                INGEN,
            )
            for n in (3, 4)
        ],
    ),
    "response rate under 95 per cent": (
        [row(enheter=18, av=19)],
        2,
        [
            (
                ANM,
                None,
                3,
                "EnheterRapporterat",
                "18",
                "minst 95 procent av enheterna",
                "Halland, september 2019: svarsfrekvensen är under 95 procent (18 enheter har rapporterat).",
                INGEN,
            )
        ],
    ),
    "exactly 95 per cent is enough": ([row(enheter=19, av=20)], 2, []),
    "more units than there are": (
        [row(enheter=21)],
        1,
        [
            (
                FEL,
                None,
                3,
                "EnheterRapporterat",
                "21",
                "högst antalet i kolumnen EnheterForvantat",
                "Halland, september 2019: fler enheter har rapporterat (21) än som finns. "
                "Det räknas inte förrän ni har bekräftat det; det som gällde förut står kvar.",
                "tveka",
            )
        ],
    ),
    "36 days after the month": (
        [row(dag="2019-11-05", faktisk="2019-11-05")],
        2,
        [
            (
                ANM,
                None,
                3,
                "GenomfordaRapporterad",
                "2019-11-05",
                "senast fem veckor efter månadens slut",
                "Halland, september 2019: den faktiska väntetiden rapporterades 2019-11-05, mer än fem veckor efter månadens slut.",
                INGEN,
            )
        ],
    ),
    "35 days after the month": ([row(dag="2019-11-05", faktisk="2019-11-04")], 2, []),
}


@pytest.mark.parametrize("case", CASES)
def test_a_wrong_row_is_told(judge: Callable[..., Any], case: str) -> None:
    rows, kept, findings = CASES[case]
    judged = judge("vantetid_specialistvard", [HEADING, SOUND, *rows], sidecar={})
    assert judged.findings == findings
    assert judged.verdict.godkanda == kept


def with_units(region: list[Any] | None, *units: list[Any]) -> list[list[Any]]:
    numbered = [[*unit, f"PÅHITTAD-{n}"] for n, unit in enumerate(units, 1)]
    return [[*HEADING, "Enhet"], [*SOUND, ""], *([[*region, ""]] if region else []), *numbered]


def test_a_region_that_is_the_sum_of_its_units_is_counted_and_they_are_not(tmp_path: Path) -> None:
    units = row(waiting=600, within_90=500, within_60=450), row(waiting=400, within_90=300, within_60=250)
    path = made.write(tmp_path / "fil.csv", with_units(row(), *units))
    source = all_sources()["vantetid_specialistvard"]
    (work := tmp_path / "arbete").mkdir()
    verdict = door.judge(source, path, sidecar.Sidofil(), work)
    assert verdict.anmarkningar == []
    assert verdict.format is not None
    with verdict.open() as con:
        counted = con.execute(
            f"select region_kod, vantande from ({source.tables(verdict.format)['vantande']}) order by all"
        )
        assert counted.fetchall() == [("09", 1000), ("13", 1000)]


def test_a_region_total_that_does_not_equal_its_units(judge: Callable[..., Any]) -> None:
    """Nobody can tell which of them is wrong, so none is counted."""
    units = row(waiting=600, within_90=500, within_60=400), row(waiting=399, within_90=300, within_60=300)
    judged = judge("vantetid_specialistvard", with_units(row(), *units), sidecar={})
    assert judged.findings == [
        (
            FEL,
            None,
            n,
            "Vantande",
            "1000 mot 999",
            "summan av regionens enheter",
            "Halland, september 2019: regionens antal i kolumnen Vantande är inte summan av enheternas (1000 mot 999).",
            RAD,
        )
        for n in (3, 4, 5)
    ]
    assert [block.respondent for block in judged.verdict.block] == ["09"]


def test_units_without_their_region(judge: Callable[..., Any]) -> None:
    judged = judge("vantetid_specialistvard", with_units(None, row()), sidecar={})
    assert judged.findings == [
        (
            FEL,
            None,
            3,
            "Regionkod",
            "Halland",
            "en rad utan enhet för regionen",
            "Enheternas rader för Halland, september 2019, saknar regionens egen rad för månaden och gruppen.",
            RAD,
        ),
    ]
