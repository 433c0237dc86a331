"""What others have published beside ours: the seed against its source, the comparison, and what is held up for review."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pytest
import raw_vantetid
from compiled import TROSKLAR
from dbt_harness import dbt, query
from facit import table
from reference import Delivery, Frame, Lists

REPO = Path(__file__).resolve().parents[2]
LISTS = Lists.read(REPO / "seeds")
HALLAND = "SE9999999999-E000013"
UPPSALA = "SE9999999999-E000003"


MONTHS = [f"2021-{month:02}" for month in range(1, 13)]


def published() -> list[dict[str, str]]:
    with (REPO / "seeds" / "published" / "publicerade_varden.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_kolada_values_are_those_of_the_source() -> None:
    """Every value of N79173, region and year, and no other; all credited and marked second-hand."""
    rows = table("domain_sources")
    assert len(rows) == 22
    expected = {
        (row["region_kod"], str(year)): float(value)
        for row in rows
        for year in range(2019, 2026)
        if (value := row[f"medicinsk_bedomning_tre_dagar_{year}"]) != "–"
    }
    ours = [row for row in published() if row["utgivare"] == "Kolada"]
    assert {(row["region_kod"], row["ar"]): float(row["varde_fran"]) for row in ours} == expected
    assert {(row["kalltext"], row["andrahandsuppgift"], row["beteckning"]) for row in ours} == {
        ("Källa: Kolada", "true", "N79173")
    }
    assert all(row["varde_fran"] == row["varde_till"] for row in ours)


def visits(unit: str, region: str, month: str, within: int, beyond: int) -> Iterator[dict[str, str]]:
    for number in range(within + beyond):
        yield {
            "Regionkod": region,
            "HSAIdVardenhet": unit,
            "VardkontaktId": f"FEJK{unit}{month}{number}",
            "Yrkeskategori": "XS915",
            "Kon": "2",
            "Vardgaranti": "1",
            "NyttEllerForsamrat": "1",
            "Avvikelse": "",
            "Vardkontakt": "0",
            "KontaktDatum": f"{month}-05",
            "BesokDatum": f"{month}-{8 if number < within else 9:02d}",
        }


@pytest.fixture(scope="module")
def year(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two regions in two months of 2019: Halland 85 of 100 and 95 of 100, Uppsala 90 of 100 and 50 of 100; Uppsala in all of 2021, 85 of 100."""
    folder = tmp_path_factory.mktemp("publicerat")
    frame = Frame.of(
        [
            {"HSAIdVardenhet": unit, "Regionkod": region, "GiltigFran": "2010-01-01", "GiltigTill": ""}
            for unit, region in ((HALLAND, "42"), (UPPSALA, "12"))
        ],
        LISTS,
    )
    rows = [
        *visits(HALLAND, "42", "2019-03", 85, 15),
        *visits(UPPSALA, "12", "2019-03", 90, 10),
        *visits(HALLAND, "42", "2019-04", 95, 5),
        *visits(UPPSALA, "12", "2019-04", 50, 50),
    ]
    whole = [row for month in MONTHS for row in visits(UPPSALA, "12", month, 85, 15)]
    deliveries = [Delivery(rows, "2019-05-02T00:00:00"), Delivery(whole, "2022-01-10T00:00:00")]
    raw_vantetid.write(folder / "raw", deliveries, frame, LISTS)
    marts = ("+avstamning_tre_dagar", "+granskning_tre_dagar", "+medicinsk_bedomning_gransniva")
    dbt(
        folder,
        "build",
        "--exclude-resource-type",
        "unit_test",
        "test",
        "--select",
        *marts,
        year=2025,
        trosklar=TROSKLAR,
    )
    return folder


def test_a_regions_own_statement_stands_beside_ours(year: Path) -> None:
    """90 percent of two months is not subtracted from 84 to 90 of the year; over the country in one of the two months, not in all."""
    row = query(year, "from mart.avstamning_tre_dagar where utgivare = 'Region Halland'").iloc[0]
    assert (row["varde_fran"], row["varde_till"], row["andel"], row["antal_manader"]) == (84, 90, 90, 2)
    assert pd.isna(row["differens"])
    assert bool(row["over_riket"]) is True
    assert (row["manader_jamforda"], row["manader_over_riket"]) == (2, 1)


def test_differences_are_listed_and_what_we_lack_is_no_zero(year: Path) -> None:
    rows = query(year, "from mart.avstamning_tre_dagar where utgivare = 'Kolada'").set_index(["ar", "region_kod"])
    assert len(rows) == len(published()) - 1
    uppsala = rows.loc[(2019, "03")]
    assert (uppsala["varde_fran"], uppsala["andel"], uppsala["antal_manader"]) == (72.3, 70, 2)
    assert pd.isna(uppsala["differens"]), "nothing is subtracted over different periods"
    uppsala = rows.loc[(2021, "03")]
    assert (uppsala["varde_fran"], uppsala["andel"], uppsala["antal_manader"]) == (68.8, 85, 12)
    assert uppsala["differens"] == pytest.approx(16.2)
    stockholm = rows.loc[(2020, "01")]
    assert (stockholm["varde_fran"], stockholm["varde_status"]) == (90.3, "x")
    assert stockholm[["andel", "differens"]].isna().all()


def test_jumps_are_held_up_for_review(year: Path) -> None:
    """The three regions of 2025 that the sources name, and Uppsala's fall from 90 to 50 in our own months."""
    jumps = query(year, "from mart.granskning_tre_dagar")
    kolada = jumps[(jumps["utgivare"] == "Kolada") & (jumps["period"].astype(str) == "2025-01-01")]
    assert sorted(kolada["region_kod"]) == ["18", "21", "25"]
    own = jumps[jumps["utgivare"] == "Socialstyrelsen"]
    assert own[["serie", "region_kod", "varde_foregaende", "varde", "forandring"]].to_numpy().tolist() == [
        ["manad", "00", 87.5, 72.5, -15],
        ["manad", "03", 90, 50, -40],
    ]


def test_regions_that_meet_the_stated_level(year: Path) -> None:
    """The level is the catalogue's, 80."""
    rows = query(year, "from mart.medicinsk_bedomning_gransniva where varde_status = 'p'")
    found = {(str(row.period)[:7], row.region_kod): row.klarar for row in rows.itertuples()}
    assert found == {
        ("2019-03", "13"): True,
        ("2019-03", "03"): True,
        ("2019-04", "13"): True,
        ("2019-04", "03"): False,
        **{(month, "03"): True for month in MONTHS},
    }
    assert set(rows["gransniva"]) == {80}


def test_the_limit_is_one_of_the_bands() -> None:
    """A visit within the limit must fall in a band that ends there."""
    with (REPO / "seeds" / "indicators" / "dagsintervall.csv").open(encoding="utf-8", newline="") as file:
        bands = {(row["indikator"], row["dagar_till"]) for row in csv.DictReader(file)}
    with (REPO / "seeds" / "indicators" / "indikatorer.csv").open(encoding="utf-8", newline="") as file:
        limit = {row["id"]: row["grans_dagar"] for row in csv.DictReader(file)}["medicinsk_bedomning_tre_dagar"]
    assert ("medicinsk_bedomning_tre_dagar", limit) in bands
