"""The pivoted export of Socialstyrelsen's own database: whatever its subject, every version kept, the newest extraction counts."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import duckdb
import pytest
import yaml

from dagster_project.deliveries import intake
from dagster_project.deliveries.register import Register
from dagster_project.settings import Home
from dagster_project.sources import all_sources

KALLA = "statistikdatabas"
TITLE = "PÅHITTAT ämne, Kontaktstatus: Genomförd, Fas: Första besök, Medianvärdet i dagar"
#: The layout of the one real export that is known; the figures are made up.
EXPORT = f"""{TITLE}
;2025;2025;2026
Region;November;December;Januari
Alla regioner;28;30;31,5
Uppsala;27;10,5;9
Södermanland;1 028;N;N
Jämtland Härjedalen;N;;12
Socialstyrelsens statistikdatabas 2026-02-24
"""


def deliver(home: Home, name: str, text: str, *, encoding: str = "utf-8", **said: Any) -> None:
    path = home.landing / KALLA / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text.encode(encoding))
    if said:
        Path(f"{path}.leverans.yml").write_text(yaml.safe_dump(said), encoding="utf-8")


def take_in(home: Home) -> intake.Utfall:
    return intake.take_in(home, all_sources()[KALLA])


def values(home: Home, columns: str = "region_kod, period::varchar, varde, status") -> list[tuple[Any, ...]]:
    return duckdb.sql(
        f"select {columns} from read_parquet('{home.raw}/{KALLA}/varden/*/*.parquet', hive_partitioning = false) order by all"
    ).fetchall()


def told(home: Home) -> list[tuple[int | None, str | None, str, str | None]]:
    [row] = Register(home.register).leveranser()
    return [(a.rad, a.kolumn, a.kod, a.hittat) for a in Register(home.register).anmarkningar(row["leverans_id"])]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
def test_the_export_becomes_one_row_per_value(home: Home, encoding: str) -> None:
    deliver(home, "uttag.csv", EXPORT, encoding=encoding)
    take_in(home)
    assert told(home) == []
    november, december, january = "2025-11-01", "2025-12-01", "2026-01-01"
    assert values(home) == [
        ("00", november, 28.0, None),
        ("00", december, 30.0, None),
        ("00", january, 31.5, None),
        ("03", november, 27.0, None),
        ("03", december, 10.5, None),
        ("03", january, 9.0, None),
        ("04", november, 1028.0, None),
        ("04", december, None, "c"),
        ("04", january, None, "c"),
        ("23", november, None, "c"),
        ("23", december, None, "x"),
        ("23", january, 12.0, None),
    ]
    assert set(values(home, "amne, uttagen::varchar, _respondent = amne, _period = period")) == {
        (TITLE, "2026-02-24", True, True)
    }
    assert values(home, "distinct _rad, region_kod") == [(4, "00"), (5, "03"), (6, "04"), (7, "23")]


def test_every_version_is_kept_and_the_newest_counts_month_by_month(home: Home) -> None:
    deliver(home, "februari.csv", EXPORT, mottagen="2026-02-25T06:00:00")
    rolled = EXPORT.replace(";2025;2025;2026", ";2025;2026;2026").replace(
        "November;December;Januari", "December;Januari;Februari"
    )
    deliver(home, "mars.csv", rolled.replace("2026-02-24", "2026-03-24"), mottagen="2026-03-25T06:00:00")
    deliver(home, "annat.csv", EXPORT.replace("Första besök", "Utredning"), mottagen="2026-02-20T06:00:00")
    take_in(home)
    names = {row["leverans_id"]: row["filnamn"] for row in Register(home.register).leveranser()}
    counting = {
        (t["respondent"] == TITLE, t["period"][:7]): names[t["leverans_id"]]
        for t in Register(home.register).tackning(2026)
        if t["gallande"]
    }
    assert counting == {
        (True, "2025-11"): "februari.csv",
        (True, "2025-12"): "mars.csv",
        (True, "2026-01"): "mars.csv",
        (True, "2026-02"): "mars.csv",
        (False, "2025-11"): "annat.csv",
        (False, "2025-12"): "annat.csv",
        (False, "2026-01"): "annat.csv",
    }
    assert len(values(home)) == 36


@pytest.mark.parametrize(
    ("old", "new", "findings"),
    [
        ("Uppsala", "Uppland", [(5, "Region", "okand_region", "Uppland")] * 3),
        ("10,5", "tio", [(5, "Värde", "ej_decimal", "tio")]),
        ("10,5", "-10,5", [(5, "Värde", "negativt", "-10,5")]),
        ("December", "Jultid", [(rad, "Period", "ej_manad", "2025 Jultid") for rad in (4, 5, 6, 7)]),
        ("Uppsala", "Alla regioner", [(rad, "Region", "varde_dubbelt", "00") for rad in (4, 4, 4, 5, 5, 5)]),
    ],
)
def test_cells_that_are_not_what_they_should_be(
    home: Home, old: str, new: str, findings: list[tuple[Any, ...]]
) -> None:
    deliver(home, "uttag.csv", EXPORT.replace(old, new))
    take_in(home)
    assert sorted(told(home)) == sorted(set(findings))
    assert Register(home.register).leveranser()[0]["status"] == "godkand_med_anmarkning"


@pytest.mark.parametrize(
    ("old", "new", "kod"),
    [
        (
            "Socialstyrelsens statistikdatabas 2026-02-24\n",
            "",
            "inga_godkanda_rader",
        ),  # when it was taken out is not known
        (TITLE, "", "inga_godkanda_rader"),  # nor of what
        ("Region;", "Kommun;", "okand_layout"),
    ],
)
def test_an_export_that_says_too_little_is_rejected(home: Home, old: str, new: str, kod: str) -> None:
    deliver(home, "uttag.csv", EXPORT.replace(old, new))
    assert len(take_in(home).avvisade) == 1
    assert kod in [found[2] for found in told(home)]
