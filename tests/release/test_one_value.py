"""A measure has one value for a place and a period, wherever it is printed; what another source says of it has another name."""

from __future__ import annotations

import csv
import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from printed_tables import csv_of

from dagster_project.release import catalogue
from dagster_project.release.releases import Release


@dataclass(frozen=True)
class Place:
    """Where a value is printed: table, and the name that it has there."""

    table: str
    name: str

    @property
    def compares(self) -> bool:
        """Does the name say that another source is quoted?"""
        return ", enligt " in self.name or " enligt Kolada" in self.name


def printed(release: Release) -> Iterator[tuple[tuple[str, str, str], Place, float]]:
    """Every printed value of a measure: (measure, region, period), place, value. Of parts of a population only the whole."""
    for table in catalogue.load(2020).tabeller:
        names = [column.kolumn for column in table.kolumner]
        by_row = "indikator_id" in names
        measures = {c.kolumn: c for c in table.kolumner if c.indikator or (by_row and c.kolumn == "varde")}
        if not measures:
            continue
        with csv_of(release, table.id).open(encoding="utf-8", newline="") as stream:
            for row in csv.DictReader(stream):
                if row.get("yrkeskategori", "alla") != "alla":
                    continue
                for name, column in measures.items():
                    if not row[name]:
                        continue
                    measure = column.indikator or row["indikator_id"]
                    label = row["indikator"] if by_row else f"{table.titel}: {column.heading}"
                    period = (
                        row.get("period")
                        if table.id.startswith("tre_dagar") and row.get("period")
                        else row.get("ar", "")
                    )
                    if table.id == "tre_dagar_avstamning":
                        period = "2020"
                    yield (measure, row.get("region_kod", "00"), str(period)), Place(table.id, label), float(row[name])


def test_a_measure_has_one_value_for_a_place_and_a_period(release: Release) -> None:
    found: dict[tuple[str, str, str], dict[Place, float]] = defaultdict(dict)
    for key, place, value in printed(release):
        found[key][place] = value
    assert {key[0] for key in found} >= {
        "medicinsk_bedomning_tre_dagar",
        "kostnadsandel_primarvard",
        "andel_specialistbevis_allmanmedicin",
        "webbtidbok_visa_tid",
    }
    several = {key: places for key, places in found.items() if len(places) > 1}
    assert len(several) > 40
    for key, places in several.items():
        for compares in (True, False):
            values = {round(value, 6) for place, value in places.items() if place.compares == compares}
            assert len(values) <= 1, (key, places)


def test_what_another_source_says_has_its_own_name_and_the_reason(release: Release) -> None:
    """Kolada's 81,4 percent is not ours: it says whose it is, of what period, and why the two differ."""
    with (release.path / "csv" / "regionprofil.csv").open(encoding="utf-8", newline="") as stream:
        rows = [row for row in csv.DictReader(stream) if row["indikator_id"] == "medicinsk_bedomning_tre_dagar"]
    assert {round(float(row["riket"]), 1) for row in rows} == {81.4}
    for row in rows:
        assert row["indikator"] == "Medicinsk bedömning inom tre dagar i primärvården, enligt Kolada"
        assert re.search(
            r"jämförelse.*Kolada.*hela året.*Väntetidsdatabasen.*SKR räknar från kontakten", row["anmarkning"]
        )
    with (release.path / "csv" / "regionprofil.csv").open(encoding="utf-8", newline="") as stream:
        own = [row for row in csv.DictReader(stream) if row["indikator_id"] == "kostnadsandel_primarvard"]
    assert {row["indikator"] for row in own} == {"Primärvårdens andel av hälso- och sjukvårdens kostnad"}
