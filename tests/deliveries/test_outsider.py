"""Awkward deliveries as an outsider would make them, each with what a careful analyst expects: read right, or told what to do."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest
from conftest import Judged

Judge = Callable[..., Judged]
RECEIVED = "2020-04-03T08:00:00"
HEADINGS = ["Region", "Visa tid", "Boka tid"]
ROWS = [["Uppsala", 45, 40], ["Gotland", 14, 12], ["Halland", 50, 40]]
BY_INERA = {"mottagen": RECEIVED, "period": "2020-03"}
PEOPLE = ["År", "Region", "Folkmängd"]


def book(path: Path, sheets: dict[str, list[list[object]]]) -> openpyxl.Workbook:
    made = openpyxl.Workbook()
    made.remove(made.worksheets[0])
    for name, rows in sheets.items():
        sheet = made.create_sheet(name)
        for row in rows:
            sheet.append(row)
    return made


def saved(made: openpyxl.Workbook, path: Path) -> bytes:
    made.save(path)
    return path.read_bytes()


def kinds(judged: Judged) -> set[str]:
    return {a.kod for a in judged.verdict.anmarkningar}


def text(judged: Judged, kod: str) -> str:
    [found] = [a.meddelande for a in judged.verdict.anmarkningar if a.kod == kod]
    return found


def test_a_missing_column_that_is_hidden_is_said_to_be(judge: Judge, tmp_path: Path) -> None:
    made = book(tmp_path, {"Blad1": [HEADINGS, *ROWS]})
    made["Blad1"].column_dimensions["C"].hidden = True
    judged = judge("webbtidbok", saved(made, tmp_path / "dold.xlsx"), name="dold.xlsx", sidecar=BY_INERA)
    assert {"kolumn_saknas", "dold_kolumn"} <= kinds(judged)


def test_a_sheet_a_month_without_the_month_on_its_rows_is_no_newer_version(judge: Judge, tmp_path: Path) -> None:
    april = [[region, visa + 1, boka] for region, visa, boka in ROWS]
    made = saved(book(tmp_path, {"mars": [HEADINGS, *ROWS], "april 2020": [HEADINGS, *april]}), tmp_path / "m.xlsx")
    judged = judge("webbtidbok", made, name="m.xlsx", sidecar=BY_INERA)
    assert judged.verdict.bedomning == "avvisad"
    assert "mars och april 2020" in text(judged, "blad_per_period")


def test_two_versions_of_a_month_are_versions(judge: Judge, tmp_path: Path) -> None:
    later = [[region, visa + 1, boka] for region, visa, boka in ROWS]
    made = saved(book(tmp_path, {"mars": [HEADINGS, *ROWS], "rättad": [HEADINGS, *later]}), tmp_path / "m.xlsx")
    judged = judge("webbtidbok", made, name="m.xlsx", sidecar=BY_INERA)
    assert judged.counts[1:] == (3, 3, 0)
    assert "senare_blad" in kinds(judged)


@pytest.mark.parametrize("sheets", [["Kvinnor"], ["Kvinnor", "Män"]])
def test_a_sheet_of_women_is_not_read_as_everybody(judge: Judge, tmp_path: Path, sheets: list[str]) -> None:
    rows = [PEOPLE, [2019, "Uppsala", 192123], [2019, "Gotland", 30123]]
    made = saved(book(tmp_path, dict.fromkeys(sheets, rows)), tmp_path / "k.xlsx")
    judged = judge("befolkning", made, name="k.xlsx", sidecar={"mottagen": RECEIVED})
    assert judged.verdict.bedomning == "avvisad"
    said = [a for a in judged.verdict.anmarkningar if a.kod == "blad_som_svar"]
    assert [(a.hittat, a.kolumn) for a in said] == [(name, "Kön") for name in sheets]


def test_a_date_in_a_cell_of_a_count_is_told_as_one(judge: Judge, tmp_path: Path) -> None:
    made = book(tmp_path, {"Blad1": [HEADINGS, ["Uppsala", dt.datetime(2020, 5, 3), 40], *ROWS[1:]]})
    judged = judge("webbtidbok", saved(made, tmp_path / "d.xlsx"), name="d.xlsx", sidecar=BY_INERA)
    assert judged.counts[1:] == (3, 2, 1)
    assert text(judged, "datum_i_tal").startswith("2020-05-03 i kolumnen Visa tid är ett datum och inget tal.")


@pytest.mark.parametrize("name", ["Genomsnitt", "Medelvärde", "Rikssnitt:", "Sammanlagt"])
def test_means_and_totals_by_other_names_are_set_aside(judge: Judge, name: str) -> None:
    judged = judge("webbtidbok", [HEADINGS, *ROWS, [name, 109, 92]], sidecar=BY_INERA)
    assert judged.counts[1:] == (3, 3, 0)
    assert "ej_uppgifter" in kinds(judged)
    assert "okand_region" not in kinds(judged)


def test_a_mean_is_not_held_against_the_sum(judge: Judge) -> None:
    assert "summa_stammer_inte" not in kinds(
        judge("webbtidbok", [HEADINGS, *ROWS, ["Medel", 36, 31]], sidecar=BY_INERA)
    )
    assert "summa_stammer_inte" in kinds(judge("webbtidbok", [HEADINGS, *ROWS, ["Totalt", 36, 31]], sidecar=BY_INERA))


def test_a_period_that_has_not_begun_is_refused(judge: Judge) -> None:
    judged = judge("webbtidbok", [HEADINGS, *ROWS], sidecar={"mottagen": RECEIVED, "period": "2020-05"})
    assert judged.verdict.bedomning == "avvisad"
    assert [(a.hittat, a.forvantat) for a in judged.verdict.anmarkningar if a.kod == "period_ej_borjad"] == [
        ("2020-05", "senast 2020-04")
    ]
    assert judge("webbtidbok", [HEADINGS, *ROWS], sidecar={"mottagen": RECEIVED, "period": "2020-04"}).counts[1:] == (
        3,
        3,
        0,
    )


def test_a_tab_between_field_and_value_of_a_sidecar_is_a_blank(judge: Judge) -> None:
    judged = judge("webbtidbok", [HEADINGS, *ROWS], sidecar=f"mottagen:\t{RECEIVED}\nperiod: \t2020-03\n")
    assert judged.counts[1:] == (3, 3, 0)


@pytest.mark.parametrize(
    ("column", "value", "counted", "told"),
    [("Boka tid", "9", 4, False), ("Boka tid", "90", 3, True), ("Bokatider", "9", 3, True)],
)
def test_a_confirmation_that_meets_no_value_is_told(
    judge: Judge, column: str, value: str, counted: int, told: bool
) -> None:
    said = {"kolumn": column, "varde": value, "av": "PÅHITTAD", "varfor": "kontrollerat"}
    judged = judge("webbtidbok", [HEADINGS, *ROWS, ["Blekinge", 5, 9]], sidecar={**BY_INERA, "bekraftat": [said]})
    assert judged.counts[1:] == (4, counted, 4 - counted)
    assert ("bekraftat_utan_tvekan" in kinds(judged)) == told


def test_years_as_columns_are_told_as_such(judge: Judge) -> None:
    rows = [["Region", "2018", "2019", "2020"], ["Uppsala", 376354, 383713, 388394]]
    judged = judge("befolkning", rows, sidecar={"mottagen": "2021-02-22T08:00:00"})
    assert text(judged, "perioder_som_kolumner") == (
        "Perioderna 2018, 2019, 2020 står som kolumner. Lämna en rad för varje period, med kolumnerna År; Region; Kön; Folkmängd."
    )


def test_an_agreement_by_its_short_name_is_that_agreement(judge: Judge) -> None:
    rows = [
        ["Bidragsmottagare", "Överenskommelsens benämning", "Belopp som rekvireras", "Period som rekvisitionen avser"],
        ["Blekinge", "God och nära vård 2020", "88188907 kr", "2020"],
        ["Dalarna", "God och nära vård", "158834189 kr", "2020"],
    ]
    for heading in (
        "Organisationsnummer",
        "Diarienummer för överenskommelsen",
        "Diarienummer för beslutet",
        "Datum",
        "Underskrift",
    ):
        rows = [[*row, heading if not i else ""] for i, row in enumerate(rows)]
    judged = judge("rekvisition", rows, sidecar={"mottagen": "2020-11-25T08:00:00", "period": "2020"})
    assert [(a.rad, a.hittat) for a in judged.verdict.anmarkningar if a.kod == "okand_kod"] == [
        (3, "God och nära vård")
    ]
