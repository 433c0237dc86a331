"""A coding that stands twice, on a sheet or on two, counts once; and a year that nothing can be about is told."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest
from conftest import Judged

from dagster_project.reading import formats

Judge = Callable[..., Judged]
HEADINGS = [k.rubrik for k in formats.load()["kodning"][0].kolumner]
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


def test_two_decisions_that_differ_are_two(judge: Judge) -> None:
    rows = [coding("insats", "a1", "pågående"), coding("insats", "a2", "pågående"), coding("insats", "a1", "planerad")]
    judged = judge("kodning", [HEADINGS, *rows], sidecar=RECEIVED)
    assert judged.counts == ("godkand", 3, 3, 0)


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
