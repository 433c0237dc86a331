"""The workbook to fill in: filled with answers from its own lists, it passes the door without a remark."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from openpyxl.worksheet.worksheet import Worksheet

from dagster_project.deliveries import intake, template
from dagster_project.reading import formats
from dagster_project.settings import Home
from dagster_project.sources import all_sources

TABLES = [k for k, s in all_sources().items() if not s.reads_documents and formats.load()[k][0].uppstallning == "rader"]
YEAR = {"vantetid_specialistvard": 2019, "kommunenkat": 2020}
UNIT = "SE9999999999-E000001"

#: What is asked of the answers beyond their column: by heading, for every row; None is left blank.
ASKED: dict[str, dict[str, Any]] = {
    "kommunenkat": {"svarsdatum": date(2020, 1, 15), "Fråga 2": "nej"},
    "ekonomisk_redovisning": {"Medel som inte har förbrukats": 0, "Summa kostnader": 40, "Erhållet bidrag": 40},
    "enhetsregister": {"HSAIdVardenhet": UNIT, "GiltigFran": date(2010, 1, 1), "GiltigTill": None},
    "vantetid_primarvard": {"HSAIdVardenhet": UNIT, "FodelseAr": 1950},
    "vantetid_specialistvard": {
        "Manad": "2019-02",
        "Rapporterad": date(2019, 3, 4),
        "GenomfordaRapporterad": date(2019, 3, 4),
        "Enhet": None,
    },
    "specialistbevis": {"Specialitet": "Allmänmedicin"},
    "underlag": {"Kommunkod": None, "Period": 2020, "Undersökning": None},
    "vardenisiffror": {"Värde": 100},
    "regionenkat": {"Ersättningsform": "utbildningstjänst", "Antal regioner": None},
    "invanartjanster": {"Värde": 10},
    "personalstatistik": {"Värde": 10},
    "kodning": {
        "Kodblad": "01/gnv_2019/AB",
        "Region": "Stockholm",
        "Överenskommelse": "gnv_2019",
        "Kodare": "AB",
        "Område": 1,
        "År från": 2019,
        "År till": 2020,
        "Fält": None,
        "Tema": None,
    },
}
#: A number, where 10 is none to believe.
NUMBER = {"rakenskap": 10**9}
#: The columns of which every answer must be there, a row each.
ALL_OF = {"barometer": "Svarsalternativ"}


def lists(sheet: Worksheet) -> dict[str, tuple[str, list[str]]]:
    """By column letter: the kind of check, and the answers its list allows."""
    found = {}
    for check in sheet.data_validations.dataValidation:
        place = str(check.sqref).split(":")[0].rstrip("0123456789")
        answers = []
        if check.type == "list":
            name, first, last = re.fullmatch(r"'?(.+?)'?!\$?(\w+?\$\d+):\$?(\w+?\$\d+)", check.formula1).groups()  # type: ignore[union-attr]
            cells = sheet.parent[name][f"{first.replace('$', '')}:{last.replace('$', '')}"]
            answers = [str(row[0].value) for row in cells]
        found[place] = (check.type, answers)
    return found


def fill(path: Path, kalla: str, ar: int) -> None:
    """Fill in every cell that is blank, as somebody does who knows no more than the workbook says."""
    book = openpyxl.load_workbook(path)
    sheet = book["Uppgifter"]
    checks = lists(sheet)
    headings = {cell.value: cell.column_letter for cell in sheet[1]}
    begun = max(sheet.max_row - 1, 1)
    if kalla in ALL_OF:
        begun = len(checks[headings[ALL_OF[kalla]]][1])
    for n in range(begun):
        for heading, letter in headings.items():
            cell = sheet[f"{letter}{n + 2}"]
            kind, answers = checks.get(letter, ("", []))
            if heading in ASKED.get(kalla, {}):
                cell.value = ASKED[kalla][heading]
            elif cell.value is None and answers:
                cell.value = answers[n % len(answers)] if heading == ALL_OF.get(kalla) else answers[0]
            elif cell.value is None:
                cell.value = {
                    "whole": NUMBER.get(kalla, 10),
                    "custom": 10,
                    "decimal": 10.5,
                    "date": date(ar, 3, 15),
                }.get(kind, "PÅHITTAT")
            if (kind == "whole" and sheet[f"{letter}1"].value in ("År", "ar", "period", "Mätperiod")) or (
                heading and heading.startswith("Period som")
            ):
                cell.value = ar
    book.save(path)


@pytest.mark.parametrize("region", [None, "Blekinge"])
@pytest.mark.parametrize("kalla", TABLES)
def test_filled_in_it_is_accepted_without_a_remark(home: Home, kalla: str, region: str | None) -> None:
    ar = YEAR.get(kalla, 2020)
    for needed in (*(["enhetsregister"] if kalla == "vantetid_primarvard" else []), kalla):
        path = home.landing / needed / f"mall_{needed}.xlsx"
        path, beside = template.write(all_sources()[needed], ar, path, region)
        fill(path, needed, ar)
        if needed != kalla:  # what it is held against
            intake.take_in(home, all_sources()[needed])
    _, verdict, _ = intake.check(all_sources()[kalla], path, home.tmp / "granskning", home)
    assert [(a.plats, a.meddelande, a.hittat) for a in verdict.anmarkningar] == []
    assert (verdict.bedomning, verdict.karantan) == ("godkand", 0)
    assert verdict.godkanda >= 1
    assert beside.name == f"mall_{kalla}.xlsx.leverans.yml"
