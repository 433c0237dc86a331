"""The awkward deliveries of ``tests/cases``, as far as reading decides them: what a careful analyst expects of each."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest

from dagster_project.reading import files, grammar, names, sidecar, workbooks
from dagster_project.reading.findings import Avvisad
from dagster_project.reading.sheets import Blad

CASES = Path(__file__).parents[1] / "cases"


def sheets(path: Path) -> list[Blad]:
    return files.read(path)


def column(path: Path, number: int) -> list[str]:
    """The filled cells of one column of the only sheet, without its heading."""
    (sheet,) = sheets(path)
    return [cells[number] for _, cells in sheet.rader[1:] if len(cells) > number and cells[number]]


def codes_with_decimals(case: Path) -> None:
    municipalities = {names.key(code) for code in ("0186", "1860", "0128", "1280", "0188", "1880", "186", "128", "188")}
    assert not municipalities & {names.key(cell) for cell in column(case / "enkat.csv", 0)}


def hidden_sheet(case: Path) -> None:
    (sheet,) = sheets(case / "webbtid.xlsx")
    assert "dolt_blad" in {a.kod for a in sheet.anmarkningar}
    assert "Skåne" not in {cells[0] for _, cells in sheet.rader if cells}
    assert len(sheets(case / "tva_blad.xlsx")) == 2


def error_values(case: Path) -> None:
    for name in ("enkat.xlsx", "kostnader.xlsx"):
        cells = [cell for sheet in sheets(case / name) for _, row in sheet.rader for cell in row]
        errors = [cell for cell in cells if cell.startswith("#")]
        assert errors
        assert all(grammar.read("heltal", cell).fel == "felvarde" for cell in errors)


def glued_numbers(case: Path) -> None:
    assert [grammar.read("heltal", cell).fel for cell in column(case / "webbtid.csv", 1)] == [
        "flera_tal",
        "radbrytning",
        "flera_tal",
    ]
    raised = {cell for sheet in sheets(case / "upphojd_fotnot.xlsx") for _, row in sheet.rader for cell in row}
    assert "231" not in raised
    assert "Gotland2" not in raised


def thousands_by_point(case: Path) -> None:
    read = [grammar.read("belopp", cell) for cell in column(case / "rekvisition.csv", 5)]
    assert [r.fel or r.varde for r in read] == ["tvetydigt_tal", "tvetydigt_tal", 183_029_314, 33_000_000]


def received_in_utc(case: Path) -> None:
    first, corrected = (sidecar.read(case / name)[0].mottagen for name in ("forsta.csv", "rattad.csv"))
    assert (first, corrected) == (datetime(2020, 4, 2, 9, 30), datetime(2020, 4, 2, 10, 30))


def octal_code(case: Path) -> None:
    assert sidecar.read(case / "enkat.csv")[0].kommun == "0114"
    side = sidecar.read(case / "tom_aterkallar.csv")[0]
    assert (side.region, side.kodsystem) == ("0014", "kolada")


def control_signs(case: Path) -> None:
    for name in ("inriktning.csv", "inriktning.xlsx"):
        (sheet,) = sheets(case / name)
        assert "styrtecken" in {a.kod for a in sheet.anmarkningar}
        text = "".join(cell for _, row in sheet.rader for cell in row)
        assert not any(ord(sign) < 32 and sign != "\n" for sign in text)


def mixed_encodings(case: Path) -> None:
    (sheet,) = sheets(case / "inriktning.csv")
    assert any("Färdplan för nära vård" in cell for _, row in sheet.rader for cell in row)
    assert {a.kod for a in sheet.anmarkningar} == {"blandad_teckenkodning"}


def one_region_as_fraction(case: Path) -> None:
    cells = [cell for sheet in sheets(case / "export.xlsx") for _, row in sheet.rader for cell in row]
    assert "17.2 %" in cells
    assert grammar.read("decimal", "17.2 %").fel == "enhet"
    assert grammar.read("decimal", "17.2 %", "procent").varde == 17.2


def utf16(case: Path) -> None:
    assert column(case / "webbtid.txt", 0) == ["Blekinge", "Örebro län"]
    assert column(case / "webbtid.txt", 1) == ["23", "54"]


def decomposed(case: Path) -> None:
    assert "Allmänmedicin" in {cell for _, row in sheets(case / "bevis.csv")[0].rader for cell in row}
    (data,) = [path for path in case.iterdir() if path.name.startswith("V") and path.suffix == ".csv"]
    assert sidecar.read(data)[0].period == "2020-03"


def what_went_well(case: Path) -> None:
    for name in ("cr.csv", "mac1904.xlsx", "sep.csv", "strict.xlsx", "tom_delad_strang.xlsx"):
        (sheet,) = sheets(case / name)
        assert any(any(cells) for _, cells in sheet.rader[1:])
        assert sheet.anmarkningar == []


EXPECTED: dict[str, Callable[[Path], None]] = {
    "01": codes_with_decimals,
    "04": hidden_sheet,
    "05": error_values,
    "07": glued_numbers,
    "08": thousands_by_point,
    "12": received_in_utc,
    "13": octal_code,
    "15": control_signs,
    "16": mixed_encodings,
    "18": one_region_as_fraction,
    "20": utf16,
    "21": decomposed,
    "22": what_went_well,
}


@pytest.mark.parametrize("number", EXPECTED)
def test_the_case_comes_out_as_an_analyst_expects(number: str) -> None:
    (case,) = CASES.glob(f"{number}_*")
    EXPECTED[number](case)


def test_every_file_of_every_case_is_read_or_told() -> None:
    seen = 0
    for path in sorted(CASES.rglob("*")):
        if path.is_file() and files.suffix(path) in files.SUFFIXES:
            seen += 1
            try:
                found = files.read(path)
            except Avvisad:
                continue
            assert all(
                cell != workbooks.MERGED or sheet.sammanslagna
                for sheet in found
                for _, row in sheet.rader
                for cell in row
            )
            sidecar.read(path)
    assert seen > 25
