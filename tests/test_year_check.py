"""What ``year new`` refuses, and what ``year check`` finds: one thing of each kind is taken away or broken in a copy of the project."""

from __future__ import annotations

import csv
import re
from collections.abc import Callable
from pathlib import Path

import pytest
import runbook

Row = dict[str, str]


def rewritten(path: Path, change: Callable[[list[Row]], list[Row]]) -> None:
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    columns = list(rows[0])
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, columns, lineterminator="\n")
        writer.writeheader()
        writer.writerows(change(rows))


def without(column: str, value: str, emptied: str | None = None) -> Callable[[list[Row]], list[Row]]:
    """Rows with a value in a column taken out, or with another column emptied in them."""
    return lambda rows: [
        {**row, emptied: ""} if emptied and row[column] == value else row
        for row in rows
        if emptied or row[column] != value
    ]


def replaced(path: Path, pattern: str, by: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert len(re.findall(pattern, text, re.MULTILINE)) == 1, pattern
    path.write_text(re.sub(pattern, by, text, flags=re.MULTILINE), encoding="utf-8")


@pytest.fixture(scope="module")
def begun(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """2021 as it is begun, every proposal taken as it is."""
    project = runbook.copied(tmp_path_factory.mktemp("ar"))
    assert runbook.run(project, "uppfoljning year new 2021 --from 2020").code == 0
    runbook.decide(project)
    return project


def checked(project: Path) -> str:
    ran = runbook.run(project, "uppfoljning year check 2021")
    assert ran.code == 1
    return " ".join(re.sub("[│┃]", " ", ran.out).split())


def test_a_year_that_is_begun_is_not_begun_again(begun: Path) -> None:
    again = runbook.run(begun, "uppfoljning year new 2021 --from 2020")
    assert (again.code, "is there already" in again.err) == (2, True)
    no_report = runbook.run(begun, "uppfoljning year new 2023 --from 2019")
    assert (no_report.code, "there is no report of 2019" in no_report.err) == (2, True)
    backwards = runbook.run(begun, "uppfoljning year new 2017 --from 2018")
    assert (backwards.code, "2017 is not after 2018" in backwards.err) == (2, True)


def test_each_thing_that_is_missing_is_said_in_words(begun: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "400")
    seeds, report = begun / "seeds", begun / "seeds/rapporter/uppfoljning_2021"
    rewritten(seeds / "surveys/enkatfragor.csv", lambda rows: [
        {**row, "text_enkat": ""} if (row["undersokning"], row["fraga"]) == ("kommunenkat_2020", "1a") else row for row in rows
        if (row["undersokning"], row["fraga"]) != ("kommunenkat_2020", "1b")
    ])  # fmt: skip
    rewritten(seeds / "agreements/leveranskrav.csv", without("overenskommelse", "gnv_2020"))
    rewritten(seeds / "agreements/skyldigheter.csv", without("overenskommelse", "gnv_2020", "sista_dag"))
    rewritten(seeds / "agreements/omraden.csv", without("overenskommelse", "gnv_2020"))
    rewritten(seeds / "nulagesrapport/punkter.csv", without("overenskommelse", "gnv_2020"))
    rewritten(seeds / "agreements/poster.csv", without("post", "barnhalsovard", "etikett"))
    rewritten(
        seeds / "reference/regioner.csv",
        lambda rows: [*rows, {**rows[0], "region": "Nya Stockholm", "galler_fran": "2021-01-01"}],
    )
    rewritten(seeds / "reference/kallor.csv", without("kalla", "webbtidbok", "forbehall"))
    replaced(report / "rapport.yml", r"^brytdag: .*\n", "")
    (report / "tryckta_varden.csv").write_text(
        "tabell,rad,kolumn,varde_tryckt,kallrad\nTabell 2,Blekinge,visa_tid,1,\n", encoding="utf-8"
    )
    found = checked(begun)
    for said in (
        "kommunenkat_2020, fråga 1a: frågans text saknas.",
        "kommunenkat_2020: kolumnen f1b i formatet är ingen fråga, så svaren i den räknas inte.",
        "inget krav har en sista dag, så inget blir sent.",
        "områdena saknas, så insatser kan inte föras till dem.",
        "punkterna saknas, så rapporterna prövas inte mot vad den begär.",
        "Posten barnhalsovard i gnv_2020 saknar text (etikett).",
        "01: två rader gäller samma dag, 2021-01-01",
        "Mottagningar med webbtidbok: förbehåll saknas.",
        "Brytdagen (brytdag) saknas",
        "Tabell 2: skriv koden i stället för namnet Blekinge.",
        "Tabell 2: var i dokumentet uppgiften står (kallrad) saknas.",
    ):
        assert said in found, said
    replaced(report / "tabeller.yml", r"^    kalla: Inera\n", "")
    assert "Tabell 2: källrad (kalla) saknas." in checked(begun)
