"""Made-up waiting lists of specialist care for the queue money of 2019: nothing in them is true but the regions' names."""

from __future__ import annotations

import csv
import random
from collections.abc import Iterator
from datetime import date, timedelta

import pandas as pd

from dagster_project.settings import SEEDS

COLUMNS = [
    "Regionkod",
    "Manad",
    "Grupp",
    "Vantande",
    "VantandeInom90",
    "VantandeInom60",
    "PatientvaldVantan",
    "EnheterRapporterat",
    "EnheterForvantat",
    "Rapporterad",
    "Genomforda",
    "GenomfordaInom90",
    "GenomfordaEnheterRapporterat",
    "GenomfordaEnheterForvantat",
    "GenomfordaRapporterad",
]
#: The months that are compared, of the year before, and the whole year of the agreement.
MONTHS = [date(2018, month, 1) for month in (9, 10, 11)] + [date(2019, month, 1) for month in range(1, 13)]


def regions() -> list[str]:
    with (SEEDS / "reference" / "regioner.csv").open(encoding="utf-8", newline="") as file:
        return [row["region"] for row in csv.DictReader(file)]


def make(number: int) -> pd.DataFrame:
    """The whole delivery; the same ``number`` gives the same rows. Every row stands for no region's real queue."""
    actual = random.Random(-number)
    rows = [(*row, *_carried_out(actual, row)) for row in _rows(random.Random(number))]
    return pd.DataFrame(rows, columns=COLUMNS, dtype=object)


def _carried_out(chance: random.Random, row: tuple[object, ...]) -> Iterator[object]:
    """The actual waiting time of the month: visits or measures, those within 90 days, units that have told, of how many, when."""
    waiting, units, told = row[3], row[8], row[9]
    assert isinstance(waiting, int)
    assert isinstance(units, int)
    assert isinstance(told, date)
    done = round(waiting * chance.uniform(0.2, 0.4))
    yield done
    yield round(done * chance.uniform(0.6, 0.95))
    yield units - (chance.random() < 0.05) * chance.randint(1, 3)
    yield units
    yield told + timedelta(days=chance.choice((0, 0, 0, 1, 2)))


def _rows(chance: random.Random) -> Iterator[tuple[object, ...]]:
    for region in regions():
        for group in ("Första besök", "Operation/åtgärd"):
            size, share = chance.randint(2_000, 30_000), chance.uniform(0.70, 0.86)
            gain = chance.uniform(-0.02, 0.06)
            units = chance.randint(10, 60)
            for month in MONTHS:
                waiting = round(size * chance.uniform(0.95, 1.05))
                within_90 = round(waiting * (share + gain * (month.year == 2019) + chance.uniform(-0.01, 0.01)))
                end = (month.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)
                yield (
                    region,
                    f"{month:%Y-%m}",
                    group,
                    waiting,
                    within_90,
                    round(within_90 * chance.uniform(0.8, 0.92)),
                    round(waiting * chance.uniform(0.01, 0.06)),
                    units - (chance.random() < 0.05) * chance.randint(1, 3),
                    units,
                    end
                    + timedelta(
                        days=chance.choice((14, 20, 28, 33, 35, 35, 38) if chance.random() < 0.2 else (14, 20, 28))
                    ),
                )
