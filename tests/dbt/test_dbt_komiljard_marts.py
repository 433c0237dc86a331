"""What the marts of the queue money say in words, and the conditions of block 2, over waiting lists made by hand."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import pytest

NAMES = {"01": "Stockholm", "09": "Gotland", "12": "Skåne", "13": "Halland", "14": "Västra Götaland", "21": "Gävleborg"}
LAST = {month: date(2019, month % 12 + 1, 1) - timedelta(days=1) for month in range(1, 12)} | {12: date(2019, 12, 31)}

Asked = dict[str, list[tuple[Any, ...]]]


def waiting() -> Iterator[dict[str, Any]]:
    def row(
        year: int, month: int, region: str, queue: tuple[int, int, int], group: str = "besok", **other: Any
    ) -> dict[str, Any]:
        return {
            "region_kod": region,
            "period": date(year, month, 1),
            "grupp": group,
            "vantande": queue[0],
            "vantande_inom_90": queue[1],
            "vantande_inom_60": queue[2],
            "patientvald_vantan": 0,
            "enheter_rapporterat": None,
            "enheter_forvantat": None,
            "genomforda_enheter_rapporterat": None,
            "genomforda_enheter_forvantat": None,
            "genomforda_rapporterad": None,
            "_leverans_id": f"lev-{year}",
        } | other

    # September: one month missing, nobody waiting, each step, the floor.
    yield row(2019, 9, "01", (1000, 700, 600))
    yield row(2018, 9, "09", (1000, 700, 600))
    for region, before, now in (
        ("12", (1000, 700, 0), (1000, 720, 0)),
        ("13", (1000, 700, 0), (1000, 740, 0)),
        ("14", (1000, 800, 0), (1000, 805, 710)),
        ("21", (1000, 800, 0), (1000, 790, 709)),
        ("23", (0, 0, 0), (0, 0, 0)),
        ("24", (1000, 750, 0), (12, 9, 9)),  # too few to be shown, and the floor
    ):
        yield row(2018, 9, region, before)
        yield row(2019, 9, region, now)
    # October: nobody improved.
    for region, now in (("14", (1000, 809, 710)), ("21", (1000, 700, 709)), ("23", (100_000, 80_997, 0))):
        yield row(2018, 10, region, (1000, 800, 0))
        yield row(2019, 10, region, now)
    # Block 2: all sound, one month under 95 per cent (waiting, actual), one day late, one group, not told.
    for month in range(1, 13):
        for group in ("besok", "operation"):
            told = {
                "enheter_rapporterat": 19,
                "enheter_forvantat": 20,
                "genomforda_enheter_rapporterat": 39,
                "genomforda_enheter_forvantat": 40,
                "genomforda_rapporterad": LAST[month] + timedelta(days=35),
            }
            yield row(2019, month, "03", (10, 5, 5), group, **told)
            short = {"enheter_rapporterat": 18 if (month, group) == (5, "operation") else 20}
            yield row(2019, month, "04", (10, 5, 5), group, **(told | short))
            late = {
                "genomforda_rapporterad": LAST[month] + timedelta(days=36 if (month, group) == (7, "besok") else 35)
            }
            few = {"genomforda_enheter_rapporterat": 37 if (month, group) == (8, "besok") else 38}
            yield row(2019, month, "05", (10, 5, 5), group, **(told | late | few))
            if group == "besok":
                yield row(2019, month, "06", (10, 5, 5), group, **told)
            yield row(2019, month, "07", (10, 5, 5), group)


REPORTS = {"03": ("inkommen", datetime(2019, 10, 15, 9)), "04": ("sen", datetime(2019, 10, 16)), "05": ("okand", None)}


@pytest.fixture(scope="module")
def asked(empty_year: Path) -> Asked:
    """The three marts, by the SQL that dbt compiled."""
    compiled = empty_year / "target" / "compiled" / "uppfoljning" / "models"
    con = duckdb.connect()
    con.execute(f"attach '{empty_year / 'build.duckdb'}' as byggd (read_only); attach ':memory:' as build")
    con.execute("create schema build.referens; create schema build.staging; create schema build.intermediate")
    for name in (
        "regioner",
        "indikatorer",
        "komiljard_manader",
        "komiljard_steg",
        "komiljard_varianter",
        "fordelningsnycklar",
        "medelstabeller",
        "poster",
    ):
        con.execute(f"create table build.referens.{name} as from byggd.referens.{name}")
    con.execute(
        "create table build.intermediate.int_regioner_grupperade as from byggd.intermediate.int_regioner_grupperade"
    )
    for name in ("staging.stg_vantetid_specialistvard__vantande", "intermediate.int_leveranskrav_bedomda"):
        con.execute(f"create table build.{name} as from byggd.{name} limit 0")
    con.execute("detach byggd")
    con.register("vantande", pd.DataFrame(list(waiting())))
    con.execute("insert into build.staging.stg_vantetid_specialistvard__vantande by name from vantande")
    for region, (status, mottagen) in REPORTS.items():
        con.execute(
            "insert into build.intermediate.int_leveranskrav_bedomda (kalla, overenskommelse, period, respondent_kod, status, mottagen) "
            "values ('nulagesrapport', 'komiljard_2019', '2019-01-01', ?, ?, ?)",
            [region, status, mottagen],
        )
    for name in ("komiljard/int_komiljard_jamforda", "komiljard/int_komiljard_fordelade", "medel/int_medel_fordelade"):
        sql = (compiled / "intermediate" / f"{name}.sql").read_text("utf-8")
        con.execute(f"create view build.intermediate.{name.partition('/')[2]} as {sql}")
    marts = {
        name: (compiled / "marts" / "komiljard" / f"komiljard_{name}.sql").read_text("utf-8")
        for name in ("utfall", "ar", "villkor")
    }
    return {
        "utfall": con.sql(
            f"select manad, region_kod, varde_status, belopp, forklaring from ({marts['utfall']}) where grupp = 'besok'"
        ).fetchall(),
        "skyddade": con.sql(
            "select manad, region_kod, vantande_foregaende_ar, vantande, andel_foregaende_ar, andel, forbattring_pe, andel_inom_60, steg, "
            f"belopp > 0, varde_status, forklaring from ({marts['utfall']}) where varde_status = 'c' and region_kod = '24'"
        ).fetchall(),
        "ar": con.sql(f"select variant, region_kod, belopp, jamforelser, varde_status from ({marts['ar']})").fetchall(),
        "efter_befolkning": con.sql(
            f"select region_kod, belopp, belopp_befolkning, belopp_sammanlagt from ({marts['ar']}) where variant = 'huvud'"
        ).fetchall(),
        "villkor": con.sql(
            f"select villkor, region_kod, month(period), utfall, varde from ({marts['villkor']})"
        ).fetchall(),
    }


WORDS = {
    (9, "01"): "Uppgifter saknas för september 2018. Ingen jämförelse och inga medel.",
    (9, "09"): "Uppgifter saknas för september 2019. Ingen jämförelse och inga medel.",
    (9, "10"): "Uppgifter saknas för september båda åren. Ingen jämförelse och inga medel.",
    (9, "23"): "Ingen väntade någon av månaderna, så det finns ingen andel att jämföra. Inga medel.",
    (
        9,
        "12",
    ): "Andelen som väntat högst 90 dagar ändrades från 70,0 till 72,0 procent, 2,00 procentenheter. Regionen når steg 1.",
    (
        9,
        "13",
    ): "Andelen som väntat högst 90 dagar ändrades från 70,0 till 74,0 procent, 4,00 procentenheter. Regionen når steg 2 och "
    "delar även de lägre stegen. Ingen region når ett högre steg, så de stegens medel ingår.",
    (
        9,
        "14",
    ): "Andelen som väntat högst 90 dagar ändrades från 80,0 till 80,5 procent, 0,50 procentenheter. Det är mindre än 1 "
    "procentenhet, men 71,0 procent har väntat högst 60 dagar, minst 71, och det ger del i steg 1.",
    (
        9,
        "21",
    ): "Andelen som väntat högst 90 dagar ändrades från 80,0 till 79,0 procent, −1,00 procentenheter. Det är mindre än 1 "
    "procentenhet, och 70,9 procent har väntat högst 60 dagar, mindre än 71. Inga medel.",
    (
        10,
        "23",
    ): "Andelen som väntat högst 90 dagar ändrades från 80,0 till 81,0 procent, 0,9970 procentenheter. Det är mindre än 1 "
    "procentenhet, och 0,0 procent har väntat högst 60 dagar, mindre än 71. Inga medel.",
    (
        10,
        "14",
    ): "Andelen som väntat högst 90 dagar ändrades från 80,0 till 80,9 procent, 0,90 procentenheter. Ingen region har "
    "förbättrat sig med minst 1 procentenhet, så inga medel betalas ut för månaden.",
}


@pytest.mark.parametrize(("month", "region"), WORDS)
def test_every_outcome_is_told_in_words(asked: Asked, month: int, region: str) -> None:
    [found] = [row for row in asked["utfall"] if row[:2] == (month, region)]
    assert found[4] == WORDS[month, region]
    compared = found[4].startswith("Andelen")
    assert (found[2], found[3] is None) == (None if compared else "x", not compared)


def test_what_too_few_wait_for_is_not_shown_and_the_step_is(asked: Asked) -> None:
    """Twelve waited: no number of them, no share, no change and nothing of the year before that it is a change from, and no words with any of them."""
    words = (
        "Andelarna visas inte, eftersom för få väntade, men steget är räknat på dem. Det är mindre än 1 procentenhet, men andelen som "
        "har väntat högst 60 dagar är minst 71, och det ger del i steg 1."
    )
    assert asked["skyddade"] == [(9, "24", None, None, None, None, None, None, 1, True, "c", words)]


def test_every_region_has_a_row_for_every_month(asked: Asked) -> None:
    assert len(asked["utfall"]) == 3 * 21
    assert all(row[4] for row in asked["utfall"])


def test_the_year_is_the_sum_of_what_could_be_compared(asked: Asked) -> None:
    """In September 213 330 000 kronor for first visits; nothing in October, when nobody improved."""
    year = {row[:2]: row[2:] for row in asked["ar"]}
    assert year["huvud", "00"] == (213_330_000, 8, None)
    assert year["q5_golv_alltid", "00"][0] == 2 * 213_330_000  # of October the floor's region takes all
    assert year["huvud", "10"] == (None, 0, "x")
    parts = sum(row[2] or 0 for row in asked["ar"] if row[0] == "huvud" and row[1] != "00")
    assert parts == 213_330_000


def test_a_fifth_of_the_money_goes_by_population(asked: Asked) -> None:
    """001 L1626: 320 000 000 kronor; Halland had 333 202 of 10 319 473 inhabitants on 1 November 2019 (000 L1837, L1942)."""
    found = {row[0]: row[1:] for row in asked["efter_befolkning"]}
    assert found["00"] == (213_330_000, 320_000_000, 533_330_000)
    assert sum(row[1] for region, row in found.items() if region != "00") == 320_000_000
    assert abs(found["13"][1] - 320_000_000 * 333_202 / 10_319_473) < 1
    assert found["10"][0] is None  # nothing to compare takes nothing from it
    assert found["10"][1] > 0


def test_block_2_month_by_month(asked: Asked) -> None:
    """95 per cent and 35 days are enough, in both groups; what is not told is neither met nor failed."""
    found = {row[:3]: row[3:] for row in asked["villkor"]}
    for month in range(1, 13):
        assert found["svarsfrekvens", "03", month] == ("godkand", "95,0 procent")
        assert found["fem_veckor", "03", month][0] == "godkand"
        assert found["svarsfrekvens_faktisk", "03", month] == ("godkand", "97,5 procent")
        assert found["svarsfrekvens_faktisk", "05", month] == (
            ("underkand", "92,5 procent") if month == 8 else ("godkand", "95,0 procent")
        )
        assert found["svarsfrekvens", "04", month] == (
            ("underkand", "90,0 procent") if month == 5 else ("godkand", "100,0 procent")
        )
        assert found["fem_veckor", "05", month][0] == ("underkand" if month == 7 else "godkand")
        for region in ("06", "07", "10"):
            conditions = ("svarsfrekvens", "svarsfrekvens_faktisk", "fem_veckor")
            assert {found[condition, region, month][0] for condition in conditions} == {"inga_data"}
    assert {region: found["nulagesrapport", region, 1] for region in REPORTS} == {
        "03": ("godkand", "2019-10-15"),
        "04": ("underkand", "2019-10-16"),
        "05": ("ej_kord", None),
    }


def test_nothing_delivered_is_not_tried(empty_year: Path) -> None:
    with duckdb.connect(str(empty_year / "build.duckdb"), read_only=True) as con:
        outcomes = con.sql(
            "select villkor, utfall, count(*) from mart.komiljard_villkor where ar = 2019 group by all order by all"
        ).fetchall()
    assert outcomes == [
        ("fem_veckor", "ej_kord", 252),
        ("nulagesrapport", "ej_kord", 21),
        ("svarsfrekvens", "ej_kord", 252),
        ("svarsfrekvens_faktisk", "ej_kord", 252),
    ]
