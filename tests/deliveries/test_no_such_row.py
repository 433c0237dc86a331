"""A coding that stands twice, on a sheet or on two, counts once; what no coding can say, and a year that nothing can be about, is told."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest
from conftest import Judged

from dagster_project.reading import formats

Judge = Callable[..., Judged]
HEADINGS = [k.rubrik for k in formats.load()["kodning"][0].for_senders().kolumner]
RECEIVED = {"mottagen": "2020-12-02T12:00:00"}


def coding(typ: str, forslag: str, status: str = "") -> list[str]:
    """A decision of a made-up coder on a proposal of a made-up report of Kronoberg."""
    said = {
        "Beslut": "bekräftad",
        "Typ": typ,
        "Förekomst": "angivet",
        "Status": status,
        "Förslag": forslag,
        "Kodare": "TEST1",
        "Kodningsdatum": "2020-02-14",
        "Kodram": "1",
        "Region": "Kronoberg",
        "Överenskommelse": "gnv_2019",
        "Period": "2019-01",
        "Kodblad": "07/gnv_2019/TEST1",
    }
    return [said.get(heading, "") for heading in HEADINGS]


def test_a_coding_that_stands_twice_counts_once(judge: Judge) -> None:
    one, other = coding("insats", "a1", "pågående"), coding("insats", "a2", "pågående")
    judged = judge("kodning", [HEADINGS, one, other, one], sidecar=RECEIVED)
    assert judged.counts == ("godkand_med_anmarkning", 3, 2, 1)
    assert [(f[0], f[2], f[6], f[7]) for f in judged.findings] == [
        ("anmarkning", 4, "Raden är densamma som en rad högre upp. Den räknas en gång.", "rad")
    ]


def test_two_decisions_on_one_proposal_that_differ_are_in_doubt(judge: Judge) -> None:
    rows = [coding("insats", "a1", "pågående"), coding("insats", "a2", "pågående"), coding("insats", "a1", "planerad")]
    judged = judge("kodning", [HEADINGS, *rows], sidecar=RECEIVED)
    assert [(f[0], f[2], f[4], f[7]) for f in judged.findings] == [("fel", 2, "a1", "tveka"), ("fel", 4, "a1", "tveka")]
    assert [(block.respondent, block.tveksam) for block in judged.verdict.block] == [("07/gnv_2019/TEST1", True)]


def test_measures_that_the_coder_added_have_no_proposal_and_are_two(judge: Judge) -> None:
    rows = [coding("insats", "", "pågående"), coding("insats", "", "planerad")]
    assert judge("kodning", [HEADINGS, *rows], sidecar=RECEIVED).counts == ("godkand", 2, 2, 0)


@pytest.mark.parametrize(("heading", "found"), [("Område", "4"), ("År från", "20200"), ("År till", "202")])
def test_what_no_coding_can_say_is_told(judge: Judge, heading: str, found: str) -> None:
    row = coding("insats", "a1", "pågående")
    row[HEADINGS.index(heading)] = found
    judged = judge("kodning", [HEADINGS, row, coding("insats", "a2", "pågående")], sidecar=RECEIVED)
    assert judged.counts == ("godkand_med_anmarkning", 2, 1, 1)
    assert [(f[0], f[2], f[3], f[4], f[7]) for f in judged.findings] == [("fel", 2, heading, found, "rad")]


def workbook(path: Path, sheets: dict[str, list[list[str]]]) -> bytes:
    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in [HEADINGS, *rows]:
            sheet.append(row)
    book.save(path)
    return path.read_bytes()


def test_of_two_versions_of_a_coding_the_later_sheet_counts(judge: Judge, tmp_path: Path) -> None:
    measures = [coding("insats", "a1", "pågående"), coding("insats", "a2", "pågående")]
    changed = [coding("insats", "a1", "planerad"), coding("insats", "a2", "pågående")]
    content = workbook(
        tmp_path / "bok.xlsx", {"Insatser": measures, "Resultat": [coding("resultat", "r1")], "Ny version": changed}
    )
    judged = judge("kodning", content, name="fil.xlsx", sidecar=RECEIVED)
    assert judged.counts == ("godkand_med_anmarkning", 3, 3, 0)
    assert [(f[1], f[6]) for f in judged.findings] == [
        (
            "Insatser",
            "2 rader på bladet Insatser finns också på bladet Ny version, som ligger senare i arbetsboken. "
            "Uppgifterna på bladet Ny version gäller.",
        )
    ]


@pytest.mark.parametrize("year", ["1900", "1959", "2021", "2099"])
def test_a_year_that_nothing_can_be_about_is_told(judge: Judge, year: str) -> None:
    rows = [["År", "Region", "Folkmängd"], ["2020", "Uppsala", "390000"], [year, "Gotland", "60000"]]
    judged = judge("befolkning", rows, sidecar={"mottagen": "2020-12-31T12:00:00"})
    assert judged.counts == ("godkand_med_anmarkning", 2, 1, 1)
    assert [(f[0], f[2], f[3], f[4], f[7]) for f in judged.findings] == [("fel", 3, "År", year, "rad")]


def test_the_first_and_the_last_year_that_there_can_be_are_years(judge: Judge) -> None:
    rows = [["År", "Region", "Folkmängd"], ["1960", "Uppsala", "390000"], ["2020", "Gotland", "60000"]]
    judged = judge("befolkning", rows, sidecar={"mottagen": "2020-12-31T12:00:00"})
    assert judged.counts == ("godkand", 2, 2, 0)


@pytest.mark.parametrize("year", ["1900", "2021"])
def test_a_year_in_which_no_patient_can_be_born_does_not_count_and_the_contact_does(judge: Judge, year: str) -> None:
    headings = [k.rubrik for k in formats.load()["vantetid_primarvard"][0].kolumner]
    rows = [
        [
            "Uppsala",
            "SE9999999999-E000001",
            contact,
            "XS915",
            "1",
            born,
            "",
            "1",
            "1",
            "",
            "0",
            "2020-01-07",
            "2020-01-08",
        ]
        for contact, born in (("FEJK1", year), ("FEJK2", "1905"))
    ]
    judged = judge("vantetid_primarvard", [headings, *rows], sidecar={"mottagen": "2020-02-15T12:00:00"})
    assert ("fel", "FodelseAr", "cell") in [(f[0], f[3], f[7]) for f in judged.findings]
    assert judged.counts[1:] == (2, 2, 0)
