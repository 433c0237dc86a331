"""Every golden fact of the agreements' documents is a test: where it stands, and those that stand nowhere else.

Of the 2018 report the facts are wanted that are about money; others are tested where the warehouse holds what they are about.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Iterable
from fractions import Fraction
from pathlib import Path

import facit
import pytest

TESTS = Path(__file__).parent
SEEDS = TESTS.parent / "seeds"


def numbered(prefix: str, *spans: tuple[int, int], width: int = 0) -> list[str]:
    return [f"{prefix}{n:0{width}}" for first, last in spans for n in range(first, last + 1)]


MEDEL, INDIKATORER, RAPPORT = (
    "dbt/test_dbt_medel.py",
    "indikatorer/test_indikatorer.py",
    "sources/test_nulagesrapport.py",
)
HERE, ORD = Path(__file__).name, "dbt/test_kvantifierare.py"
#: Facts → the file and the test that computes them.
TESTED: dict[str, list[tuple[list[str], str, str]]] = {
    "seed000/tables/golden_facts": [
        (numbered("GF-", (1, 8), (40, 40), width=2), MEDEL, "test_section_8"),
        (numbered("GF-", (9, 20), (23, 23), width=2), MEDEL, "test_bilaga_2_adds_up"),
        (["GF-21", "GF-22"], MEDEL, "test_126_of_126_cells_by_largest_remainder_and_123_by_half_up"),
        (numbered("GF-", (24, 28)), MEDEL, "test_bilaga_3"),
        (numbered("GF-", (29, 39)), MEDEL, "test_bilaga_4"),
        (numbered("GF-", (41, 47)), MEDEL, "test_counts_of_the_2020_agreement"),
    ],
    "seed004/tables/golden_facts": [
        (numbered("G-", (1, 23), width=2), MEDEL, "test_2018"),
        (numbered("G-", (24, 35)), INDIKATORER, "test_golden_facts_of_tabell_8"),
        (["G-36", "G-37"], HERE, "test_the_whole_cost_of_hired_staff_that_its_growth_implies"),
        (["G-38", "G-41", "G-44", "G-46"], ORD, "test_golden_facts_of_the_2018_report"),
        (["G-58", "G-59"], HERE, "test_areas_of_the_agreements_of_2018"),
    ],
    "seed001/derived/golden_checks": [
        (numbered("G", (1, 18)), MEDEL, "test_golden_checks_of_2019"),
        (["G19", "G25"], HERE, "test_printed_shares_of_2018_and_2019"),
        (numbered("G", (20, 24)), RAPPORT, "test_golden_checks_of_lists"),
    ],
}
#: Of the 2018 report's facts: counts of rows, regions and persons in its tables and text, which the warehouse does not hold.
NOT_MONEY = numbered("G-", (39, 40), (42, 43), (45, 45), (47, 57), (60, 67))


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="session")
def facts() -> Callable[[str], dict[str, dict[str, str]]]:
    return facit.facts


@pytest.mark.parametrize("name", TESTED)
def test_every_fact_is_tested_once(facts: Callable[[str], dict[str, dict[str, str]]], name: str) -> None:
    places = [fact for ids, _, _ in TESTED[name] for fact in ids] + (NOT_MONEY if name.startswith("seed004") else [])
    assert sorted(places) == sorted(facts(name))
    for _, file, test in TESTED[name]:
        assert re.search(rf"^def {test}\(", (TESTS / file).read_text(encoding="utf-8"), re.MULTILINE), test


def test_no_fact_left_out_is_about_money(facts: Callable[[str], dict[str, dict[str, str]]]) -> None:
    known = facts("seed004/tables/golden_facts")
    words = re.compile(r"medel|mkr|kronor|kostnad|ersättning|anslag|belopp|miljard", re.IGNORECASE)
    assert [fact for fact in NOT_MONEY if words.search(known[fact]["beskrivning"])] == []


# --- facts about what the seeds hold ------------------------------------------------------------------------------------


def held(indikator: str, **stated: str) -> Iterable[Fraction]:
    for row in rows(SEEDS / "indicators" / "tryckta_indikatorvarden.csv"):
        if row["indikator_id"] == indikator and all(row[k] == v for k, v in stated.items()):
            yield Fraction(row["varde"])


def test_the_whole_cost_of_hired_staff_that_its_growth_implies(
    facts: Callable[[str], dict[str, dict[str, str]]],
) -> None:
    """Growth in kronor over growth in per cent, as far as one decimal leaves it open."""
    known = facts("seed004/tables/golden_facts")
    [growth] = held("kostnad_hyrpersonal_forandring", definition="miljoner_kronor")
    [percent] = held("kostnad_hyrpersonal_forandring", definition="procent")
    before = [round(growth / ((percent + half) / 100)) for half in (Fraction(5, 100), -Fraction(5, 100))]
    for fact, ours in (("G-36", before), ("G-37", [b + growth for b in before])):
        assert [int(v) for v in ours] == [int(v) for v in known[fact]["forvantat"].split("..")], fact


def test_areas_of_the_agreements_of_2018(facts: Callable[[str], dict[str, dict[str, str]]]) -> None:
    known = facts("seed004/tables/golden_facts")
    areas = [
        r
        for r in rows(SEEDS / "agreements" / "omraden.csv")
        if r["overenskommelse"] in ("professionsmiljarden_2017", "personalmiljarderna_2018")
    ]
    assert sum(not r["del_av"] for r in areas) == int(known["G-58"]["forvantat"])
    assert sum(bool(r["del_av"]) for r in areas) == int(known["G-59"]["forvantat"])


def test_printed_shares_of_2018_and_2019(facts: Callable[[str], dict[str, dict[str, str]]]) -> None:
    checks = facts("seed001/derived/golden_checks")
    shares = list(held("besok_specialistvard_90_dagar"))
    [halland] = [
        r
        for r in rows(SEEDS / "published" / "publicerade_varden.csv")
        if r["region_kod"] == "13" and r["ar"] == "2019" and r["varde_fran"] != r["varde_till"]
    ]
    low, high = Fraction(halland["varde_fran"]), Fraction(halland["varde_till"])
    assert 0 <= low <= high <= 100
    for check, ours in (("G19", max(shares) - min(shares)), ("G25", high - low)):
        assert ours == Fraction(checks[check]["expected"]), check
        assert checks[check]["outcome"] == "holds"
