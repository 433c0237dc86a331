"""What the catalogue says of figures and print, and how a number looks in Swedish print."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

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


def _changed(tmp_path: Path, change: Callable[[dict[str, Any]], None]) -> Path:
    data = yaml.load(catalogue.CATALOGUE.read_text(encoding="utf-8"), yaml.CSafeLoader)
    change(data)
    path = tmp_path / "tabeller.yml"
    text = yaml.dump(data, Dumper=yaml.CSafeDumper, allow_unicode=True, sort_keys=False)
    path.write_text(text, encoding="utf-8")
    return path


def _record(records: list[dict[str, Any]], name: str) -> dict[str, Any]:
    return next(record for record in records if record["id"] == name)


def test_a_figure_has_its_tables_title_and_goes_with_its_table(tmp_path: Path) -> None:
    def without_table(data: dict[str, Any]) -> None:
        _record(data["tabeller"], "tabell_2")["till"] = 2020

    path = _changed(tmp_path, without_table)
    figures = {figure.id: figure for figure in catalogue.load(2020, path).figurer}
    assert figures["webbtidbok"].undertitel == "Antal mottagningar per region med webbtidbok, mars 2020"
    assert figures["figur_5"].nummer == "Figur 5"
    assert "webbtidbok" not in {figure.id for figure in catalogue.load(2021, path).figurer}
    assert catalogue.load(2019, path).figurer == []


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
