"""What the catalogue says of figures and print, and how a number looks in Swedish print."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from dagster_project import rapporter
from dagster_project.errors import UserError
from dagster_project.release import ReleaseError, catalogue, tables

SPACE, MINUS = "\N{NO-BREAK SPACE}", "\N{MINUS SIGN}"


@pytest.mark.parametrize(
    ("value", "decimals", "text"),
    [
        (1234567, 0, f"1{SPACE}234{SPACE}567"),
        (1234.5, 1, f"1{SPACE}234,5"),
        (0.5, None, "0,5"),
        (46.0, None, "46"),
        (2020, None, "2020"),
        (50.5, 0, "51"),
        (2.5, 0, "3"),
        (0.25, 1, "0,3"),
        (-1.5, 1, f"{MINUS}1,5"),
        (-0.2, 0, "0"),
        (0, 0, "0"),
        ("Skåne", 0, "Skåne"),
        (None, 0, ""),
    ],
)
def test_a_number_in_print_has_decimal_comma_and_hard_blanks(value: Any, decimals: int | None, text: str) -> None:
    assert tables.shown(value, decimals) == text


def _changed(
    tmp_path: Path, change: Callable[[dict[str, Any]], object], file: str = "uppfoljning_2020/tabeller.yml"
) -> Path:
    """The folder of the reports as a copy in which one file is changed."""
    folder = tmp_path / "rapporter"
    shutil.copytree(rapporter.FOLDER, folder, dirs_exist_ok=True)
    data = yaml.load((folder / file).read_text(encoding="utf-8"), yaml.CSafeLoader)
    change(data)
    text = yaml.dump(data, Dumper=yaml.CSafeDumper, allow_unicode=True, sort_keys=False)
    (folder / file).write_text(text, encoding="utf-8")
    return folder


def _record(records: list[dict[str, Any]], name: str) -> dict[str, Any]:
    return next(record for record in records if record["id"] == name)


def test_a_figure_has_its_tables_title_and_goes_with_its_table(tmp_path: Path) -> None:
    def without_map(data: dict[str, Any]) -> None:
        data["kapitel"]["svar"]["tabeller"].remove("svarsfrekvens_region")

    figures = {figure.id: figure for figure in catalogue.load(2020).figurer}
    assert figures["webbtidbok"].undertitel == "Antal mottagningar per region med webbtidbok, mars 2020"
    assert figures["figur_5"].nummer == "Figur 5"
    left = {figure.id for figure in catalogue.load(2020, _changed(tmp_path, without_map, "gemensamt.yml")).figurer}
    assert figures.keys() - left == {"svarsfrekvens_region", "svarsfrekvens_karta"}


def test_two_reports_have_each_their_own_table_of_the_same_number() -> None:
    of = {ar: {table.nummer: table for table in catalogue.load(ar).tabeller if table.nummer} for ar in (2018, 2020)}
    assert of[2018]["Tabell 3"].titel.startswith("Regioner som har tagit fram separata styrdokument")
    assert of[2020]["Tabell 3"].titel.startswith("Bedömning av balans mellan tillgång och efterfrågan")
    assert {of[ar]["Tabell 3"].id for ar in of} == {"tabell_3"}
    assert {of[ar]["Tabell 3"].blad for ar in of} == {"Tabell 3"}


@pytest.mark.parametrize("ar", [2016, 2017, 2019, 2021])
def test_a_year_without_a_report_has_the_standing_tables_under_a_neutral_title(ar: int) -> None:
    edition = catalogue.load(ar)
    assert {"medel_per_ar", "svarsfrekvens", "leveransstatus", "storheter_riket"} <= {t.id for t in edition.tabeller}
    assert not [table.id for table in edition.tabeller if table.nummer], "numbers are a report's"
    assert rapporter.of(ar).titel == f"Uppföljning {ar} – medel, leveranser, svarsfrekvens och indikatorer"
    assert ar in rapporter.years()


@pytest.mark.parametrize(
    ("file", "change", "message"),
    [
        (
            "gemensamt.yml",
            lambda d: d["kapitel"].pop("medel"),
            "kapitel medel: titel is said neither in the report nor",
        ),
        (
            "uppfoljning_2020/tabeller.yml",
            lambda d: d["tabeller"].pop(),
            "tabell medel_barnhalsovard_2020 is neither the report's",
        ),
        (
            "uppfoljning_2020/rapport.yml",
            lambda d: d["kapitel"][0]["tabeller"].remove("malbild"),
            "malbild stands in no chapter of the report",
        ),
        (
            "uppfoljning_2020/tabeller.yml",
            lambda d: _record(d["tabeller"], "malbild").update(id="svarsfrekvens"),
            "svarsfrekvens is a table of its own and in gemensamt.yml",
        ),
    ],
)
def test_a_chapter_that_does_not_hold_together_is_one_line(
    tmp_path: Path, file: str, change: Callable[[dict[str, Any]], object], message: str
) -> None:
    with pytest.raises(ReleaseError) as raised:
        catalogue.load(2020, _changed(tmp_path, change, file))
    assert message in str(raised.value)
    assert "\n" not in str(raised.value)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda d: d.pop("titel"), "uppfoljning_2018/rapport.yml: titel: unknown or lacking"),
        (lambda d: d.update(brytdagen="2019-06-14"), "uppfoljning_2018/rapport.yml: brytdagen: unknown or lacking"),
        (lambda d: d.update(ar=2020), "uppfoljning_2018 and uppfoljning_2020 are both the report of 2020"),
    ],
)
def test_a_report_that_does_not_say_what_it_is_is_one_line(
    tmp_path: Path, change: Callable[[dict[str, Any]], object], message: str
) -> None:
    with pytest.raises(UserError, match=message):
        rapporter.of(2020, _changed(tmp_path, change, "uppfoljning_2018/rapport.yml"))


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"tabell": "tabell_9"}, "figur_5: tabell tabell_9 is not among tabeller"),
        ({"etikett": "vikt"}, "figur_5: vikt is not among the kolumner of figur_5"),
        ({"bas": "vikt"}, "figur_5: vikt is not among the kolumner of figur_5"),
        ({"typ": "tårta"}, "figurer: figur_5: Input tag 'tårta' found using 'typ' does not match"),
        ({"typ": "karta"}, "figurer: figur_5: karta: kod: Field required"),
        ({"alttext": "Högst: {andel.hogst}"}, "cannot be filled in: 'andel'"),
        ({"alttext": "Högst: {andel_publicerad.storst}"}, "has no attribute 'storst'"),
        ({"id": "webbtidbok"}, "two figures have the id webbtidbok"),
        ({"id": "svarsfrekvens_karta"}, "two figures have the id svarsfrekvens_karta"),
    ],
)
def test_a_faulty_figure_is_one_line(tmp_path: Path, change: dict[str, Any], message: str) -> None:
    path = _changed(tmp_path, lambda data: _record(data["figurer"], "figur_5").update(change))
    with pytest.raises(ReleaseError) as raised:
        catalogue.load(2020, path)
    assert message in str(raised.value)
    assert "\n" not in str(raised.value)


def test_an_unknown_print_form_is_one_line(tmp_path: Path) -> None:
    def form(data: dict[str, Any]) -> None:
        _record(data["tabeller"], "tabell_3")["pivot"]["tryck"]["form"] = "{antal} av {n}"

    with pytest.raises(ReleaseError, match=r"tabell_3: pivot: .*cannot be filled in: 'n'"):
        catalogue.load(2020, _changed(tmp_path, form))


def test_a_part_of_the_edition_numbers_its_own_notes_and_has_no_others() -> None:
    edition = catalogue.load(2020)
    whole = edition.noter  # known before the parts are made
    parts = [edition.part("publik"), edition.part("intern")]
    for part in parts:
        assert part.noter == list(dict.fromkeys(note.text for table in part.tabeller for note in table.noter))
    assert set(whole) == set(parts[0].noter) | set(parts[1].noter)
    assert len(parts[0].noter) < len(whole)


def test_figures_and_key_figures_are_of_published_tables(tmp_path: Path) -> None:
    def internal(data: dict[str, Any]) -> None:
        _record(data["tabeller"], "svarsfrekvens_region")["krets"] = "intern"

    with pytest.raises(ReleaseError, match="tabell svarsfrekvens_region is intern, and figures are published"):
        catalogue.load(2020, _changed(tmp_path, internal, "gemensamt.yml"))
