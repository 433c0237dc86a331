"""The queue money of 2019 against an independent calculation in plain Python, under every reading of the agreement."""

from __future__ import annotations

import itertools
import random
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import pytest
from dbt_harness import seed

POT = {1: 149_330_000, 2: 42_670_000, 3: 21_330_000}
LIMIT = {1: 1, 2: 3, 3: 5}
REGIONS = sorted(seed("reference/regioner").region_kod)
CELLS = seed("agreements/medelstabeller")
PEOPLE = {
    row.region_kod: int(row.varde)
    for row in CELLS[(CELLS.tabell == "Bilaga 2") & (CELLS.kolumn == "befolkning")].itertuples()
    if row.region_kod != "00"
}

#: (waiting, within 90 days, within 60 days)
Queue = tuple[int, int, int]
#: Year, month, group, region: the waiting lists.
Lists = dict[tuple[int, int, str, str], Queue]


@dataclass(frozen=True)
class Reading:
    """One answer to each open question."""

    over: frozenset[int] = frozenset({3})
    cumulative: bool = True
    equal: bool = False
    floor_always: bool = False
    floor_step: int = 1

    @property
    def row(self) -> dict[str, Any]:
        return {
            "variant": repr(self),
            "fraga": None,
            "steg_over": ";".join(map(str, sorted(self.over))) or None,
            "kumulativ": self.cumulative,
            "fordelning": "lika" if self.equal else "befolkning_2019",
            "golv_grans": 71,
            "golv_utan_forbattring": self.floor_always,
            "golv_steg": self.floor_step,
            "beskrivning": "",
        }


READINGS = [
    Reading(frozenset(over), *rest)
    for over in ((), (2,), (3,), (2, 3))
    for rest in itertools.product((True, False), (True, False), (True, False), (1, 3))
]


def judge(lists: Lists, reading: Reading, month: int, group: str) -> dict[str, tuple[int, int]]:
    """Step and kronor per region that can be compared: the rules as the agreement tells them, with fractions."""
    reached: dict[str, int] = {}
    floor: set[str] = set()
    for region in REGIONS:
        now, before = lists.get((2019, month, group, region)), lists.get((2018, month, group, region))
        if not now or not before or not now[0] or not before[0]:
            continue
        points = 100 * (Fraction(now[1], now[0]) - Fraction(before[1], before[0]))
        reached[region] = 0
        for step, limit in LIMIT.items():
            if points > limit or (points == limit and step not in reading.over):
                reached[region] = step
        if reached[region] == 0 and Fraction(now[2], now[0]) >= Fraction(71, 100):
            floor.add(region)
    if any(reached.values()) or reading.floor_always:
        reached |= dict.fromkeys(floor, reading.floor_step)
    sharers = {
        step: [r for r, top in reached.items() if top == step or (reading.cumulative and top > step)] for step in POT
    }
    money = dict.fromkeys(POT, 0)
    for step, amount in POT.items():
        lower = [s for s in POT if s <= step and sharers[s]]
        if lower:
            money[max(lower)] += amount
    paid = dict.fromkeys(reached, 0)
    for step, amount in money.items():
        if not sharers[step]:
            continue
        weight = {r: 1 if reading.equal else PEOPLE[r] for r in sharers[step]}
        exact = {r: Fraction(amount * w, sum(weight.values())) for r, w in weight.items()}
        whole = {r: int(share) for r, share in exact.items()}
        for region in sorted(exact, key=lambda r: (whole[r] - exact[r], r))[: amount - sum(whole.values())]:
            whole[region] += 1
        for region, kronor in whole.items():
            paid[region] += kronor
    return {r: (reached[r], paid[r]) for r in reached}


Run = Callable[[Lists, list[Reading]], dict[tuple[str, int, str, str], tuple[int, int]]]


@pytest.fixture(scope="session")
def run(empty_year: Path) -> Run:
    """The SQL of the two models as dbt compiled it, over waiting lists made here."""
    compiled = empty_year / "target" / "compiled" / "uppfoljning" / "models" / "intermediate" / "komiljard"
    seeds = ("regioner", "komiljard_manader", "komiljard_steg", "fordelningsnycklar", "medelstabeller")
    con = duckdb.connect()
    con.execute(f"attach '{empty_year / 'build.duckdb'}' as byggd (read_only); attach ':memory:' as build")
    con.execute("create schema build.referens; create schema build.staging; create schema build.intermediate")
    for name in seeds:
        con.execute(f"create table build.referens.{name} as from byggd.referens.{name}")
    con.execute("create table build.referens.komiljard_varianter as from byggd.referens.komiljard_varianter limit 0")
    con.execute(
        "create table build.staging.stg_vantetid_specialistvard__vantande as from "
        "byggd.staging.stg_vantetid_specialistvard__vantande limit 0"
    )
    con.execute("detach byggd")
    first, second = ((compiled / f"int_komiljard_{name}.sql").read_text("utf-8") for name in ("jamforda", "fordelade"))
    con.execute(f"create view build.intermediate.int_komiljard_jamforda as {first}")

    def over(lists: Lists, readings: list[Reading]) -> dict[tuple[str, int, str, str], tuple[int, int]]:
        frame = pd.DataFrame(
            [(r, pd.Timestamp(y, m, 1).date(), g, *queue) for (y, m, g, r), queue in lists.items()],
            columns=["region_kod", "period", "grupp", "vantande", "vantande_inom_90", "vantande_inom_60"],
        )
        variants = pd.DataFrame([reading.row for reading in readings])
        con.register("frame", frame)
        con.register("variants", variants)
        con.execute(
            "delete from build.staging.stg_vantetid_specialistvard__vantande; delete from build.referens.komiljard_varianter"
        )
        con.execute("insert into build.staging.stg_vantetid_specialistvard__vantande by name from frame")
        con.execute("insert into build.referens.komiljard_varianter by name from variants")
        rows = con.execute(f"select variant, manad, grupp, region_kod, steg, belopp from ({second})").fetchall()
        return {row[:4]: row[4:] for row in rows}

    return over


def lists_of(chance: random.Random, gain: tuple[int, int], holes: float) -> Lists:
    """Short lists in round hundreds beside odd ones, so that exactly 1, 3, 5 points and 71 per cent happen often."""
    lists: Lists = {}
    for month, group, region in itertools.product((9, 10, 11), ("besok", "operation"), REGIONS):
        waiting = chance.choice((100, 200, chance.randint(1, 400)))
        before = chance.randint(0, waiting)
        now = max(0, min(waiting, before + chance.randint(*gain) * waiting // 100))
        for year, within in ((2018, before), (2019, now)):
            if chance.random() >= holes:
                lists[year, month, group, region] = (
                    waiting,
                    within,
                    chance.choice((within, min(within, 71 * waiting // 100), 0)),
                )
    if holes:
        lists[2019, 9, "besok", "01"] = (0, 0, 0)
    return lists


@pytest.mark.parametrize(("number", "gain"), [(n, g) for n in range(4) for g in ((-4, 7), (-3, 0), (-3, 1), (0, 3))])
def test_agrees_to_the_krona_with_plain_python_under_every_reading(
    run: Run, number: int, gain: tuple[int, int]
) -> None:
    chance = random.Random(f"{number}{gain}")
    lists = lists_of(chance, gain, holes=0.05 * (number % 3))
    found = run(lists, READINGS)
    expected = {
        (repr(reading), month, group, region): outcome
        for reading in READINGS
        for month in (9, 10, 11)
        for group in ("besok", "operation")
        for region, outcome in judge(lists, reading, month, group).items()
    }
    assert len(READINGS) == 64
    assert found == expected


# --- the boundaries, one by one -------------------------------------------------------------------------------------------


def one_month(run: Run, now: dict[str, Queue], before: int = 5000, **reading: Any) -> dict[str, tuple[int, int]]:
    """September, first visits: last year ``before`` of 10 000 had waited at most 90 days."""
    lists: Lists = {(2019, 9, "besok", r): queue for r, queue in now.items()}
    lists |= {(2018, 9, "besok", r): (10_000, before, 0) for r in now}
    return {key[3]: outcome for key, outcome in run(lists, [Reading(**reading)]).items()}


@pytest.mark.parametrize(
    ("within_90", "step"),
    [
        (5099, 0),
        (5100, 1),
        (5101, 1),
        (5299, 1),
        (5300, 2),
        (5301, 2),
        (5499, 2),
        (5500, 2),
        (5501, 3),
        (10_000, 3),
        (4000, 0),
    ],
)
def test_exactly_1_3_and_5_points(run: Run, within_90: int, step: int) -> None:
    out = one_month(run, {"01": (10_000, within_90, 0), "12": (10_000, 5100, 0)})
    assert out["01"][0] == step


def test_5_points_and_3_points_read_the_other_way(run: Run) -> None:
    now = {"01": (10_000, 5500, 0), "12": (10_000, 5300, 0)}
    for over, steps in ((frozenset(), (3, 2)), (frozenset({2, 3}), (2, 1))):
        out = one_month(run, now, over=over)
        assert (out["01"][0], out["12"][0]) == steps


def test_shares_are_compared_exactly_not_as_decimals(run: Run) -> None:
    """1/3 to 103/300 is exactly one point, which binary fractions do not see."""
    lists: Lists = {(2018, 9, "besok", "01"): (3, 1, 0), (2019, 9, "besok", "01"): (300, 103, 0)}
    assert list(run(lists, [Reading()]).values()) == [(1, 213_330_000)]


@pytest.mark.parametrize(("within_60", "step"), [(7099, 0), (7100, 1), (7101, 1)])
def test_71_per_cent(run: Run, within_60: int, step: int) -> None:
    out = one_month(run, {"01": (10_000, 8000, within_60), "12": (10_000, 8100, 0)}, before=8000)
    assert out["01"][0] == step
    assert (out["01"][1] > 0) == bool(step)


def test_improvement_goes_before_the_floor(run: Run) -> None:
    out = one_month(run, {"01": (10_000, 8400, 8000), "12": (10_000, 8100, 0)}, before=8000)
    assert out["01"][0] == 2


def test_nobody_improved_so_nothing_is_paid_not_even_by_the_floor(run: Run) -> None:
    now = {"01": (10_000, 8099, 8000), "12": (10_000, 7000, 6999)}
    assert one_month(run, now, before=8000) == {"01": (0, 0), "12": (0, 0)}
    assert one_month(run, now, before=8000, floor_always=True) == {"01": (1, 213_330_000), "12": (0, 0)}


def test_one_region_takes_all(run: Run) -> None:
    assert one_month(run, {"09": (10_000, 5600, 0), "01": (10_000, 5000, 0)}) == {"09": (3, 213_330_000), "01": (0, 0)}


def test_empty_steps_fall_down(run: Run) -> None:
    # Nobody over 5: step 3 falls to step 2, which only Gotland shares.
    out = one_month(run, {"09": (10_000, 5300, 0), "01": (10_000, 5100, 0)})
    step_1 = Fraction(149_330_000 * PEOPLE["09"], PEOPLE["09"] + PEOPLE["01"])
    assert out["09"][1] == round(step_1) + 42_670_000 + 21_330_000
    assert sum(kronor for _, kronor in out.values()) == 213_330_000
    # Nobody at 3 either: both fall to step 1.
    out = one_month(run, {"09": (10_000, 5100, 0), "01": (10_000, 5200, 0)}, equal=True)
    assert out == {"09": (1, 106_665_000), "01": (1, 106_665_000)}


def test_a_region_in_step_3_shares_all_three(run: Run) -> None:
    out = one_month(run, {"09": (10_000, 5600, 0), "01": (10_000, 5300, 0), "12": (10_000, 5100, 0)}, equal=True)
    assert out["12"] == (1, 49_776_666)  # 149 330 000 / 3 = 49 776 666.67: two kronor left, by code to 01 and 09
    assert out["01"] == (2, 49_776_667 + 21_335_000)
    assert out["09"] == (3, 49_776_667 + 21_335_000 + 21_330_000)


def test_a_month_missing_in_either_year_is_not_compared(run: Run) -> None:
    lists: Lists = {(2019, 9, "besok", "01"): (100, 99, 99), (2018, 9, "besok", "12"): (100, 1, 1)}
    lists |= {(2018, 9, "besok", "09"): (100, 1, 1), (2019, 9, "besok", "09"): (100, 2, 1)}
    assert {key[3]: out for key, out in run(lists, [Reading()]).items()} == {"09": (1, 213_330_000)}


def test_the_default_reading_is_the_main_variant() -> None:
    [main] = [row for row in seed("agreements/komiljard_varianter").to_dict("records") if row["variant"] == "huvud"]
    assert {k: str(v).lower() for k, v in Reading().row.items() if k not in ("variant", "fraga", "beskrivning")} == {
        k: v for k, v in main.items() if k not in ("variant", "fraga", "beskrivning")
    }
    steps = seed("agreements/komiljard_steg")
    assert dict(zip(steps.steg.astype(int), steps.belopp.astype(int), strict=True)) == POT
    assert dict(zip(steps.steg.astype(int), steps.undre_grans.astype(int), strict=True)) == LIMIT
