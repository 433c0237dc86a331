"""The rows that a review of the release of 2020 judged wrong, each against what the report prints (line numbers are the document's).

The review compared an earlier release with the document row by row: 35 rows of its main table, 27 statements about regions and 32 about
municipalities contradicted it or misled. What each of them is now is held here.
"""

from __future__ import annotations

import csv
import re

import facit
import openpyxl
import pytest

from dagster_project.release import catalogue
from dagster_project.release.releases import Release

Row = dict[str, str]

REGIONS = (
    5,
    10,
    22,
    49,
    51,
    56,
    64,
    67,
    68,
    69,
    76,
    79,
    80,
    83,
    86,
    87,
    96,
    100,
    101,
    103,
    110,
    114,
    115,
    147,
    152,
    153,
    154,
)
MUNICIPALITIES = (1, 5, 6, 7, 8, 9, 12, 14, *range(20, 24), 25, 26, 27, *range(29, 43), 44, 45, 47)


def exact(kind: str, prefix: str, numbers: tuple[int, ...]) -> dict[str, int | None]:
    """The wrong statements with the number that the report prints, or None where it prints a word only."""
    printed = facit.facts(f"seed002/tables/utsagor_{kind}")
    names = [f"{prefix}{number:03}" for number in numbers]
    return {name: int(printed[name]["antal_exakt"]) if printed[name]["antal_exakt"] else None for name in names}


def rows(release: Release, table: str) -> list[Row]:
    [path] = [p for p in (release.path / "csv" / f"{table}.csv", release.intern / "csv" / f"{table}.csv") if p.exists()]
    with path.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


@pytest.mark.parametrize(
    ("table", "wrong", "how_many", "with_a_number"),
    [
        ("utsagor", exact("regioner", "UR", REGIONS), 27, 4),
        ("kommunutsagor", exact("kommuner", "UK", MUNICIPALITIES), 32, 6),
    ],
    ids=["regions", "municipalities"],
)
def test_no_statement_is_counted_from_nothing_or_against_print(
    release: Release, table: str, wrong: dict[str, int | None], how_many: int, with_a_number: int
) -> None:
    """As printed, or without a number and in words that say so. One that nobody has read a word about is not in the table."""
    assert (len(wrong), sum(printed is not None for printed in wrong.values())) == (how_many, with_a_number)
    found = {row["utsaga_id"]: row for row in rows(release, table)}
    for name, printed in wrong.items():
        row = found.get(name)
        if row is None:
            assert printed is None, name
            continue
        if printed is not None:
            assert (row["antal"], row["antal_enligt"], row["pahittad"]) == (str(printed), "publikation", "false"), name
            assert re.search(rf"\b{printed} av (21|19|226)\b", row["utsaga"]), name
        else:
            assert (row["antal"], row["antal_enligt"], row["varde_status"]) == ("", "", "x"), name
            assert re.match(r"Ännu inte räknad \(\d+ av \d+ (lästa|kommuner bedömda)\): ", row["utsaga"]), name
    assert len(set(wrong) & set(found)) > len(wrong) - 3


@pytest.mark.parametrize("table", ["utsagor", "kommunutsagor"])
def test_a_number_stands_only_where_all_are_judged(release: Release, table: str) -> None:
    counted = [row for row in rows(release, table) if row["antal"]]
    assert counted
    assert [row["utsaga"] for row in counted if row["antal_bedomda"] != row["bas"]] == []
    noughts = [row for row in counted if row["antal"] == "0"]
    assert {row["utsaga_id"] for row in noughts} <= {"UK043"}, (
        "the report says of one that no municipality does it (L2300–2301)"
    )


def test_the_two_statements_of_one_place_are_two(release: Release) -> None:
    """Elderly with several illnesses (L1678–1680) and chronic illness (L1680–1681) are two claims."""
    told = {row["utsaga_id"]: row for row in rows(release, "utsagor")}
    assert told["UR100"]["utsaga"].partition(": ")[2] != told["UR101"]["utsaga"].partition(": ")[2]
    assert told["UR100"]["varde"] != told["UR101"]["varde"]
    assert told["UR110"]["varde"] == "infort|forsok", "either state counts as having teams (L1755–1757)"


def notes(release: Release, table: str, key: str) -> list[str]:
    """What the workbook says at the row of a table whose cells hold ``key``, or in its headings."""
    [spec] = [t for t in catalogue.load(2020).tabeller if t.id == table]
    book = openpyxl.load_workbook(
        release.workbook if spec.krets == "publik" else release.intern / "arbetslistor.xlsx", read_only=True
    )
    texts = {str(row[0]): str(row[1]) for row in book["Noter"].iter_rows(values_only=True)}
    marked = [
        mark
        for row in book[spec.blad].iter_rows(values_only=True)
        if key in map(str, row)
        for mark in re.findall(r"\[not \d+\]", " ".join(map(str, row)))
    ]
    return [texts[mark] for mark in marked]


@pytest.mark.parametrize(
    ("table", "key", "printed"),
    [
        ("svarsfrekvens", "Regionernas nulägesrapporter", "samtliga 21 regioner"),  # L214–215
        ("leveransstatus", "Regionernas nulägesrapporter", "samtliga 21 regioner"),
        ("tre_dagar_gransniva", "2020-01", "sju regioner"),  # L1619–1621
        ("kommunutsagor", "84 av 221 kommuner: politiskt beslut om samverkan finns", "83, 84 eller 85"),  # L1171, 1184
    ],
)
def test_a_row_that_has_something_else_than_print_says_what_is_printed(
    release: Release, table: str, key: str, printed: str
) -> None:
    said = [note for note in notes(release, table, key) if printed in note]
    assert said, (table, notes(release, table, key))
    assert said[0].startswith("Den tryckta rapporten säger")


def test_what_the_report_says_was_handed_in_is_handed_in(release: Release) -> None:
    """SKR's report of 31 March 2020 (L177); 13 of 21 regions under En investering (L263)."""
    found = {
        (row["overenskommelse"], row["kalla"], row["respondent_typ"], row["status"]): row["antal"]
        for row in rows(release, "kalender")
        if row["period"].startswith("2019")
    }
    assert found["gnv_2019", "verksamhetsrapport", "skr", "inkommen"] == "1"
    assert found["investering_2019", "nulagesrapport", "region", "inkommen"] == "13"


def test_nothing_is_subtracted_over_different_periods_and_each_value_has_its_name(release: Release) -> None:
    compared = rows(release, "tre_dagar_avstamning")
    assert {row["differens"] for row in compared if row["utgivare"] == "Kolada"} == {""}
    for row in rows(release, "regionprofil"):
        if row["indikator_id"] == "medicinsk_bedomning_tre_dagar":
            assert row["indikator"].endswith(", enligt Kolada")
            assert "avser hela året" in row["anmarkning"]


def test_what_nobody_has_read_is_blank_and_not_nought(release: Release) -> None:
    """18 of the 21 regions' reports are not among the examples."""
    unread = [row for row in rows(release, "regionoversikt") if row["kodade"] == ""]
    assert len(unread) == 18
    assert {row["insatser"] for row in unread} == {""}


def test_the_report_has_its_own_title_and_its_days(release: Release) -> None:
    """L1446, 3107; the material was collected October 2019 to April 2020 (L208–209)."""
    page = (release.path / "index.html").read_text(encoding="utf-8")
    assert "Uppföljning av omställningen till en mer nära vård" in page
    assert "en god och nära vård 2020<" not in page
    assert "samlades in 2019-10-01 till 2020-04-30" in page
    assert not re.search(r"mottage[nt] \(\)|\b1 uppgifter\b", re.sub(r"\d[ \N{NO-BREAK SPACE}]1 uppgifter", "", page))


def test_what_the_report_keeps_elsewhere_is_said_to_be_missing(release: Release) -> None:
    """Bilaga 5 (L3341–3346) is a file that nobody here has; the summaries of the examples are made up and marked."""
    [bilaga] = [row for row in rows(release, "forteckning") if row["nummer"] == "Bilaga 5"]
    assert bilaga["innehall"] == "saknas"


def test_limits_of_our_own_are_called_our_own(release: Release) -> None:
    [spec] = [t for t in catalogue.load(2020).tabeller if t.id == "svarsfrekvens"]
    assert spec.column("troskel").heading.startswith("Uppföljningens egen gräns")
    assert any("uppföljningens egna" in note.text for note in spec.noter if note.kolumn == "troskel")
