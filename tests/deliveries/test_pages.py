"""The pages about the judgements: Swedish, with links that lead somewhere, and the report's list of rules that are not about the format."""

from __future__ import annotations

import re
from pathlib import Path
from urllib.parse import unquote

import made_files as made
import openpyxl
import pytest

from dagster_project.deliveries import intake, pages
from dagster_project.reading import formats
from dagster_project.settings import Home
from dagster_project.sources import all_sources
from dagster_project.validation import gx, suites


def deliver(home: Home, name: str, rows: made.Rows, **said: str) -> None:
    folder = home.landing / "webbtidbok"
    folder.mkdir(parents=True, exist_ok=True)
    path = made.write(folder / name, rows)
    made.write_sidecar(path, {"period": "2020-03", "mottagen": "2020-04-02T09:30:00", **said})


def test_the_index_leads_to_every_delivery(home: Home) -> None:
    deliver(home, "mars <1>.csv", made.changed(made.webbtidbok(), 4, 2, 14), avsandare="Inera")
    deliver(home, "trasig.csv", made.webbtidbok()[1:])
    outcome = intake.take_in(home, all_sources()["webbtidbok"])
    assert outcome.skiljaktiga == []
    index = (home.datadocs / "index.html").read_text(encoding="utf-8")
    assert [re.sub("<[^>]+>", "|", row) for row in re.findall("<tr><td>.*</tr>", index)] == [
        "||Mottagningar med webbtidbok|||mars &lt;1&gt;.csv|||Inera||Delvis godkänd (1 rad räknas inte)||2020-04-02 09:30|||granskning.xlsx|||",
        "||Mottagningar med webbtidbok|||trasig.csv|||inte angiven||Avvisad||2020-04-02 09:30|||granskning.xlsx|||",
    ]
    page = (home.datadocs / "webbtidbok.html").read_text(encoding="utf-8")
    assert (
        "<td>Fler mottagningar låter boka tid (…) än visar tid. Uppgiften räknas inte förrän ni har bekräftat den; det som gällde förut står kvar.</td><td>högst antalet i kolumnen Visa tid</td><td>inte uppfylld, 1 rad</td>"
        in page
    )
    for text in (index, page):
        assert "http" not in text
        for link in re.findall("href='([^']+)'", text):
            file, _, anchor = link.partition("#")
            target = home.datadocs / unquote(file)
            assert target.is_file(), link
            assert f"id='{unquote(anchor)}'" in target.read_text(encoding="utf-8") if anchor else True


def test_a_difference_between_the_executors_is_told(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    def other(name: str, partier: list[gx.Parti], *_: object) -> dict[tuple[str, str], tuple[int, list[int]]]:
        return {(p.namn, k.kod): (7, []) for p in partier for _, k in p.run}

    monkeypatch.setattr(gx, "validate", other)
    deliver(home, "mars.csv", made.webbtidbok())
    outcome = intake.take_in(home, all_sources()["webbtidbok"])
    assert {text.split(": ")[1] for text in outcome.skiljaktiga} == {r.kod for r in suites.rules("webbtidbok")}


def test_rules_that_are_not_about_the_format_are_listed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    spec = formats.load()["vantetid_specialistvard"][0]
    narrow = spec.model_copy(update={"kolumner": tuple(k for k in spec.kolumner if "rapporterad" not in k.namn)})
    rules = suites.rules("vantetid_specialistvard")
    monkeypatch.setattr(formats, "load", lambda: {"vantetid_specialistvard": (narrow,)})
    monkeypatch.setattr(suites, "rules", lambda _: rules)
    heading = [k.rubrik for k in narrow.kolumner if k.kravs]
    path = made.write_csv(tmp_path / "a.csv", [heading, ["Halland", "2019-09", "besok", 10, 9, 8, 0, 5, 5]])
    _, verdict, written = intake.check(all_sources()["vantetid_specialistvard"], path, tmp_path / "granskning")
    assert {r.kod for r in verdict.ej_tillampliga} == {"rapporterad_for_sent", "rapporterad_fore_slut"}
    facts = {r[0]: r[1] for r in openpyxl.load_workbook(written)["Granskning"].iter_rows(min_row=3, values_only=True)}
    assert facts["Inte kontrollerat"].startswith(
        "Det som behövs för att kontrollera detta finns inte i den här leveransen: "
    )
    assert "mer än fem veckor efter månadens slut" in facts["Inte kontrollerat"]


def test_every_outcome_has_its_word() -> None:
    assert set(pages.UTFALL) == set(suites.Utfall)
