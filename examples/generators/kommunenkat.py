"""A made-up survey delivery whose totals are the published ones, item by item.

The 2020 report prints how many municipalities answered what, never which municipality answered what. The answers are
therefore dealt out at random among municipalities chosen at random; only the sums are real. Every row says so.
"""

from __future__ import annotations

import csv
import random
from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby
from pathlib import Path

import pandas as pd

from dagster_project.settings import SEEDS

UNDERSOKNING = "kommunenkat_2019"
PUBLIKATION = "uppfoljning_2020"
KOMMENTAR = "PÅHITTAT svar med fast slumptal, inte kommunens eget."
ATGARDER = (
    "PÅHITTAT: omfördelning av arbetsuppgifter.",
    "PÅHITTAT: anlitande av hyrpersonal.",
    "PÅHITTAT: introduktionsprogram för nyanställda.",
    "PÅHITTAT: samarbete med grannkommunerna om rekrytering.",
)


@dataclass(frozen=True)
class Totaler:
    """What the answers must add up to: how many answered, and per item how many gave each answer."""

    inkomna: int
    antal: dict[str, dict[str, int]]


def read_seed(path: str, **where: str) -> list[dict[str, str]]:
    """The rows of ``seeds/<path>`` whose columns have the given values."""
    with (SEEDS / Path(path)).open(encoding="utf-8", newline="") as file:
        return [row for row in csv.DictReader(file) if where.items() <= row.items()]


def printed(tabell: str, publikation: str = PUBLIKATION) -> dict[str, dict[str, str]]:
    """The printed cells of one table: row → column → value as printed. A row of a region or a municipality goes by its name."""
    names = {row["region_kod"]: row["region"] for row in read_seed("reference/regioner.csv")}
    names |= {row["kommun_kod"]: row["kommun"] for row in read_seed("reference/kommuner.csv")}
    cells: dict[str, dict[str, str]] = defaultdict(dict)
    for cell in read_seed(f"rapporter/{publikation}/tryckta_varden.csv", tabell=tabell):
        cells[names.get(cell["rad"], cell["rad"])][cell["kolumn"]] = cell["varde_tryckt"]
    return dict(cells)


def published_totals() -> Totaler:
    """The totals of the 2020 report, read from ``seeds/published/``.

    Where only a percentage and its base are printed, the count is the whole number nearest to it: the printed
    percentage follows from that count, but in Figur 5 a neighbouring one would do as well (``avvikelser.csv``, X07).
    """
    antal: dict[str, dict[str, int]] = {}
    for fraga, cells in (printed("Figur 5") | printed("Målbild")).items():
        n = int(cells["n"])
        ja = int(cells["ja_antal"]) if "ja_antal" in cells else (int(cells["ja_procent"]) * n + 50) // 100
        antal[fraga] = {"ja": ja, "nej": n - ja}
    yrken = {row["yrke_kod"] for row in read_seed("reference/yrken.csv")}
    for yrke, cells in printed("Tabell 3").items():
        if yrke in yrken:
            antal[f"3_{yrke}"] = {
                kolumn.removesuffix("_antal"): int(varde)
                for kolumn, varde in cells.items()
                if kolumn.endswith("_antal")
            }
    return Totaler(int(printed("Svarsfrekvens")["kommuner"]["inkomna"]), antal)


def make(seed: int, totaler: Totaler) -> pd.DataFrame:
    """One row per answering municipality, in the columns of the delivery; a seed always gives the same answers."""
    rng = random.Random(seed)
    [undersokning] = read_seed("surveys/undersokningar.csv", undersokning=UNDERSOKNING)
    kommuner = _choose(rng, totaler.inkomna)
    columns: dict[str, list[str | date | None]] = {
        "kommunkod": list(kommuner),
        "svarsdatum": _dates(rng, undersokning, len(kommuner)),
    }
    given: dict[str, list[str | None]] = {}
    for fraga in sorted(read_seed("surveys/enkatfragor.csv", undersokning=UNDERSOKNING), key=_order):
        kod = fraga["fraga"]
        if fraga["fragetyp"] == "fritext":
            columns[fraga["kolumn"]] = [KOMMENTAR if kod == "3_kommentar" else rng.choice(ATGARDER) for _ in kommuner]
            continue
        asked = [
            i
            for i in range(len(kommuner))
            if not fraga["ruttning_fraga"] or given[fraga["ruttning_fraga"]][i] == fraga["ruttning_svar"]
        ]
        given[kod] = _deal(rng, totaler.antal[kod], asked, len(kommuner))
        spelling = _spellings(fraga["svarslista"])
        columns[fraga["kolumn"]] = [None if svar is None else spelling[svar] for svar in given[kod]]
    return pd.DataFrame(columns, dtype=object)


def _order(fraga: dict[str, str]) -> int:
    return int(fraga["ordning_enkat"])


def _choose(rng: random.Random, size: int) -> list[str]:
    """``size`` municipalities by code, with at least one from every region."""
    koder = sorted(row["kommun_kod"] for row in read_seed("reference/kommuner.csv"))
    chosen = [rng.choice(list(region)) for _, region in groupby(koder, key=lambda kod: kod[:2])]
    rest = [kod for kod in koder if kod not in chosen]
    return sorted(chosen + rng.sample(rest, size - len(chosen)))


def _dates(rng: random.Random, undersokning: dict[str, str], size: int) -> list[str | date | None]:
    start = date.fromisoformat(undersokning["insamling_fran"])
    days = (date.fromisoformat(undersokning["insamling_till"]) - start).days
    return [start + timedelta(days=rng.randint(0, days)) for _ in range(size)]


def _deal(rng: random.Random, antal: dict[str, int], asked: list[int], size: int) -> list[str | None]:
    """Deal the answers among those who were asked; who is left without one did not answer the item.

    :raises ValueError: there are more answers than municipalities that were asked.
    """
    answers: list[str | None] = list(Counter(antal).elements())
    if len(answers) > len(asked):
        raise ValueError(f"{len(answers)} answers cannot be given by {len(asked)} municipalities")
    answers += [None] * (len(asked) - len(answers))
    rng.shuffle(answers)
    dealt: list[str | None] = [None] * size
    for i, answer in zip(asked, answers, strict=True):
        dealt[i] = answer
    return dealt


def _spellings(svarslista: str) -> dict[str, str]:
    """Code → the first of its legal spellings in the code list."""
    spellings: dict[str, str] = {}
    for row in read_seed("formats/kodlistor.csv", lista=svarslista):
        spellings.setdefault(row["kod"], row["stavning"])
    return spellings
