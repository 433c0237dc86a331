"""The other qualitative material through the door: what each kind of row must say, and that nobody is named. All rows are made up."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import made_files

from dagster_project.deliveries import door
from dagster_project.reading import sidecar
from dagster_project.sources import all_sources

HEADING = [
    "Slag",
    "Region",
    "Kommunkod",
    "Part",
    "Organisation",
    "Datum",
    "Form",
    "Genomförande",
    "Roll",
    "Tema",
    "Text",
    "Faktagranskning",
    "Granskad",
    "Undersökning",
    "Fråga",
    "Fält",
    "Värde",
    "Beslut",
    "Kodare",
    "Kodningsdatum",
    "Kodram",
    "Referens",
    "Publikation",
    "Utsaga",
    "Antal",
    "Bas",
]
PERIOD = {"period": "2020"}
GOOD: dict[str, dict[str, str]] = {
    "intervju": {
        "Region": "Region Halland",
        "Datum": "2020-01-15",
        "Form": "grupp",
        "Genomförande": "på distans",
        "Roll": "projektledare",
    },
    "dialog": {"Part": "professioner", "Organisation": "PÅHITTADE FÖRBUNDET"},
    "synpunkt": {"Part": "Patienter och brukare", "Tema": "kontinuitet", "Text": "PÅHITTAD synpunkt."},
    "sammanfattning": {
        "Region": "Halland",
        "Text": "PÅHITTAD sammanfattning.",
        "Faktagranskning": "godkänd",
        "Granskad": "2020-05-20",
    },
    "kodning": {
        "Kommunkod": "1380",
        "Undersökning": "kommunenkat_2019",
        "Fråga": "4",
        "Fält": "Anlitar bemanningsföretag",
        "Värde": "ja",
        "Beslut": "bekräftad",
        "Kodare": "TEST1",
        "Kodningsdatum": "2020-03-02",
        "Kodram": "1",
    },
    "publicerad": {
        "Utsaga": "UR069",
        "Antal": "3",
        "Bas": "21",
        "Publikation": "uppfoljning_2020",
        "Referens": "rad 1372–1374",
    },
}

Judge = Callable[..., Any]


def row(slag: str, **changes: str) -> list[str]:
    said = {"Slag": slag} | GOOD[slag] | {k.replace("_", " "): v for k, v in changes.items()}
    return [said.get(name, "") for name in HEADING]


#: Respondent and key of the group: region, municipality, part and coder as far as the kind has them.
KEYS = {
    ("intervju", "13///"),
    ("dialog", "//professioner/"),
    ("synpunkt", "//patienter/"),
    ("sammanfattning", "13///"),
    ("kodning", "/1380//TEST1"),
    ("kodning", "/1380//TEST2"),
    ("publicerad", "///"),
}


def test_one_file_may_hold_every_kind_and_each_opens_a_block_of_its_own(judge: Judge) -> None:
    rows = [row(slag) for slag in GOOD]
    judged = judge("underlag", [HEADING, *rows, row("kodning", Kodare="TEST2")], sidecar=PERIOD)
    assert judged.findings == []
    assert judged.counts == ("godkand", 7, 7, 0)
    assert {(block.respondent, block.block) for block in judged.verdict.block} == KEYS


def test_a_row_that_stands_twice_is_asked_about(judge: Judge) -> None:
    """Two interviews may be alike, so both count until somebody says that they are one."""
    other = row("intervju", Roll="verksamhetschef")
    judged = judge("underlag", [HEADING, row("intervju"), other, row("intervju")], sidecar=PERIOD)
    assert judged.counts == ("godkand_med_anmarkning", 3, 3, 0)
    assert [(f[0], f[2], f[3], f[7]) for f in judged.findings] == [("anmarkning", 4, "Slag", "ingen")]


KRAV = "de uppgifter som en rad av slaget behöver"
#: A faulty row, and what is said about it: level, column, found, expected, message, what is done.
FAULTS: list[tuple[list[str], tuple[Any, ...]]] = [
    (
        row("intervju", Region=""),
        ("fel", "Slag", "region eller kommunkod", KRAV, "Raden saknar region eller kommunkod.", "rad"),
    ),
    (
        row("synpunkt", Tema="", Text="", Part=""),
        (
            "fel",
            "Slag",
            "part, tema, text eller referens",
            KRAV,
            "Raden saknar part, tema, text eller referens.",
            "rad",
        ),
    ),
    (
        row("publicerad", Antal="", Publikation="", Utsaga="", Referens=""),
        (
            "fel",
            "Slag",
            "publikation, utsaga, referens, antal eller värde",
            KRAV,
            "Raden saknar publikation, utsaga, referens, antal eller värde.",
            "rad",
        ),
    ),
    (row("publicerad", Bas=""), ("fel", "Slag", "bas", KRAV, "Raden saknar bas.", "rad")),
    (
        row("publicerad", Antal="22"),
        ("fel", "Antal", "22", "högst så många som utsagan gäller", "Antalet 22 är större än basen.", "rad"),
    ),
    (row("dialog", Organisation=""), ("fel", "Slag", "organisation", KRAV, "Raden saknar organisation.", "rad")),
    (
        row("sammanfattning", Region="", Faktagranskning="", Text=""),
        ("fel", "Slag", "region, text, faktagranskning", KRAV, "Raden saknar region, text, faktagranskning.", "rad"),
    ),
    (
        row("kodning", Kodare="", Kodningsdatum="", Undersökning=""),
        (
            "fel",
            "Slag",
            "undersökning, kodare, kodningsdatum",
            KRAV,
            "Raden saknar undersökning, kodare, kodningsdatum.",
            "rad",
        ),
    ),
    (row("kodning", Beslut="tillagd", Fält=""), ("fel", "Slag", "fält", KRAV, "Raden saknar fält.", "rad")),
    (
        row("kodning", Fält="atgard_pahittad"),
        (
            "fel",
            "Fält",
            "atgard_pahittad",
            "ett fält i seeds/underlag/kommunkodram.csv",
            "atgard_pahittad är inte ett tillåtet svar i kolumnen Fält.",
            "rad",
        ),
    ),
    (
        row("synpunkt", Tema="påhittat tema"),
        (
            "fel",
            "Tema",
            "påhittat tema",
            "ett tema i seeds/underlag/teman.csv",
            "påhittat tema är inte ett tillåtet svar i kolumnen Tema.",
            "rad",
        ),
    ),
    (
        row("intervju", Kommunkod="1480"),
        ("fel", "Kommunkod", "1480", "en kommun i regionen", "Kommunen 1480 ligger inte i radens region.", "rad"),
    ),
    (
        row("intervju", Datum="2021-02-01"),
        (
            "fel",
            "Datum",
            "2021-02-01",
            "en dag senast vid årets slut",
            "Dagen 2021-02-01 ligger efter uppföljningens år.",
            "rad",
        ),
    ),
    (
        row("intervju", Roll="", Form=""),
        (
            "anmarkning",
            "Slag",
            "roll, form",
            "roll, datum, form och genomförande",
            "Intervjun saknar roll, form.",
            "ingen",
        ),
    ),
    (
        row("sammanfattning", Granskad=""),
        (
            "anmarkning",
            "Granskad",
            None,
            "ett datum",
            "Regionen har granskat sammanfattningen men dagen saknas.",
            "ingen",
        ),
    ),
    (
        row("intervju", Roll="projektledare Anna Svensson"),
        (
            "anmarkning",
            "Roll",
            "namn",
            "text utan personuppgifter",
            "Texten innehåller personuppgifter (namn), som har dolts. Skicka inte personuppgifter.",
            "ingen",
        ),
    ),
]


def test_every_fault_is_told_with_its_place(judge: Judge) -> None:
    judged = judge("underlag", [HEADING, *(faulty for faulty, _ in FAULTS)], sidecar=PERIOD)
    told = [(level, None, number, *found) for number, (_, (level, *found)) in enumerate(FAULTS, 2)]
    assert judged.findings == told
    assert judged.counts == ("godkand_med_anmarkning", 16, 3, 13)


def test_a_row_without_a_decision_is_not_coded_and_nobody_is_named(tmp_path: Path) -> None:
    undecided = row("kodning", Beslut="", Kodare="", Kodningsdatum="", Kodram="")
    named = row("intervju", Roll="projektledare Anna Svensson, anna@example.org")
    path = made_files.write_csv(tmp_path / "PAHITTAT.csv", [HEADING, row("kodning"), undecided, named])
    source = all_sources()["underlag"]
    verdict = door.judge(source, path, sidecar.Sidofil(period="2020"), tmp_path)
    assert verdict.format is not None
    with verdict.open() as con:
        raw = con.execute(source.tables(verdict.format)["rader"]).df()
    assert raw[["slag", "falt", "roll", "ar"]].fillna("").to_numpy().tolist() == [
        ["kodning", "atgard_bemanningsforetag", "", 2020],
        ["intervju", "", "projektledare [namn], [e-post]", 2020],
    ]


def test_of_two_summaries_of_a_region_both_are_remarked(judge: Judge) -> None:
    judged = judge("underlag", [HEADING, row("sammanfattning"), row("sammanfattning")], sidecar=PERIOD)
    message = "Filen har flera sammanfattningar för Halland. Den sista gäller."
    assert [(f[0], f[2], f[6]) for f in judged.findings] == [("anmarkning", 2, message), ("anmarkning", 3, message)]


def test_the_period_must_be_told(judge: Judge) -> None:
    judged = judge("underlag", [HEADING, row("intervju")], sidecar={"avsandare": "PÅHITTAD"})
    assert [f[6] for f in judged.findings] == [
        "Perioden framgår inte. Ange den i kolumnen Period eller i en fil med uppgifter om leveransen, med raden 'period: 2020'."
    ]


def test_a_list_without_the_kind_is_refused(judge: Judge) -> None:
    judged = judge(
        "underlag", [["Region", "Roll", "Datum"], ["Halland", "projektledare", "2020-01-15"]], sidecar=PERIOD
    )
    assert judged.counts[0] == "avvisad"
    assert judged.findings[0][6] == "Kolumnen Slag saknas."
