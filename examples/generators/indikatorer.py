"""Example deliveries of the indicator sources, as text files.

The values in Kolada's form are Kolada's, at second hand (``seeds/published/kolada_andrahand.csv``); the population is at second hand
too. Costs and certificates are made up, in round figures that no account would show, and their files say so by name and sender.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from dagster_project.settings import SEEDS

#: Regions and years per page, so that the longest answer takes more than one page.
PER_PAGE = 100
#: The last year of which the report of 2020 prints values; they are received on its cut-off.
LAST = "2020"


@dataclass(frozen=True)
class TextDelivery:
    """A text file to deliver and what its sidecar says."""

    path: str
    text: str
    sidecar: dict[str, str | bool]


def deliveries() -> Iterator[TextDelivery]:
    """Every example of the indicator sources."""
    yield from kolada()
    yield TextDelivery(
        "befolkning/folkmangd_2020.csv",
        table(
            ["År", "Region", "Folkmängd"],
            [[r["ar"], _name(r["region_kod"]), r["folkmangd"]] for r in _seed("folkmangd_2020")],
        ),
        {"mottagen": "2021-02-22T08:00:00", "avsandare": "Folkmängd enligt SCB, i andra hand och inte kontrollerad"},
    )
    yield costs([2018, 2019, 2020])
    yield certificates([2018, 2019, 2020])


def kolada() -> Iterator[TextDelivery]:
    """The published values as pages of an answer, one file per page: what was asked for the report of 2020, and what has come since."""
    for (kpi, late), values in groupby(_seed("kolada_andrahand"), key=lambda row: (row["kpi"], row["ar"] > LAST)):
        rows, name = list(values), kpi if late else f"{kpi}_{LAST}"
        pages = [rows[start : start + PER_PAGE] for start in range(0, len(rows), PER_PAGE)]
        years = ",".join(sorted({row["ar"] for row in rows}))
        address = f"https://api.kolada.se/v3/data/kpi/{kpi}/year/{years}?region_type=L&per_page={PER_PAGE}"
        for number, page in enumerate(pages, 1):
            answer = {
                "values": [_entry(row) for row in page],
                "count": len(page),
                "next_url": f"{address}&page={number + 1}" if number < len(pages) else None,
                "previous_url": f"{address}&page={number - 1}" if number > 1 else None,
            }
            yield TextDelivery(
                f"kolada/{name}_sida_{number:03}.json",
                json.dumps(answer, ensure_ascii=False, indent=1) + "\n",
                {
                    "mottagen": "2026-08-31T12:00:00" if late else "2021-06-30T12:00:00",
                    "avsandare": "Källa: Kolada. Värden i andra hand, inte kontrollerade mot Kolada",
                    "andrahand": True,
                },
            )


def _entry(row: dict[str, str]) -> dict[str, Any]:
    value = float(row["varde"]) if row["varde"] else None
    return {
        "kpi": row["kpi"],
        "municipality": "00" + row["region_kod"],
        "period": int(row["ar"]),
        "values": [{"gender": "T", "count": 1, "status": "", "value": value, "isdeleted": False}],
    }


def costs(years: Sequence[int]) -> TextDelivery:
    """Made-up cost components in kronor. Primary care is a tenth to a fifth of the total, growing by the region's number."""
    names = [
        "Primärvård exkl. läkemedel",
        "Specialiserad somatisk vård",
        "Specialiserad psykiatrisk vård",
        "Övrig hälso- och sjukvård",
        "Läkemedel i primärvården",
        "Övriga läkemedel inom förmånen",
        "Statsbidrag till primärvård",
        "Övriga statsbidrag",
        "Kommunal primärvård",
    ]
    rows = []
    for year in years:
        for number, row in enumerate(_regions(), 1):
            primary = (100 + number + (year - years[0])) * 10_000_000
            parts = [
                primary,
                5_000_000_000,
                1_000_000_000,
                1_000_000_000,
                100_000_000,
                900_000_000,
                50_000_000,
                450_000_000,
                200_000_000,
            ]
            rows.append([year, row["region"], *parts])
    return TextDelivery(
        f"rakenskap/PAHITTADE_KOSTNADER_{years[0]}-{years[-1]}.csv",
        table(["År", "Region", *names], rows),
        {"mottagen": f"{years[-1] + 1}-06-30T08:00:00", "avsandare": "Uppdiktade kostnader", "pahittad": True},
    )


def certificates(years: Sequence[int]) -> TextDelivery:
    """Made-up numbers of certificates for the whole country."""
    rows = [
        [year, specialty, antal + 10 * (year - years[0])]
        for year in years
        for specialty, antal in (("Allmänmedicin", 400), ("Psykiatri", 200), ("Påhittad specialitet", 1400))
    ]
    return TextDelivery(
        f"specialistbevis/PAHITTADE_BEVIS_{years[0]}-{years[-1]}.csv",
        table(["År", "Specialitet", "Antal"], rows),
        {"mottagen": f"{years[-1] + 1}-03-31T08:00:00", "avsandare": "Uppdiktade antal", "pahittad": True},
    )


def _seed(name: str, folder: str = "published") -> list[dict[str, str]]:
    with (SEEDS / folder / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _regions() -> list[dict[str, str]]:
    return _seed("regioner", "reference")


def _name(region_kod: str) -> str:
    return {row["region_kod"]: row["region"] for row in _regions()}.get(region_kod, "Riket")


def table(heading: Sequence[str], rows: Sequence[Sequence[object]]) -> str:
    """A text table with semicolons."""
    stream = io.StringIO()
    writer = csv.writer(stream, delimiter=";", lineterminator="\n")
    writer.writerows([heading, *rows])
    return stream.getvalue()
