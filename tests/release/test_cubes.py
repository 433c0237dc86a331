"""PX and JSON-stat, read back by a reader of the test's own."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Callable
from itertools import product
from pathlib import Path
from typing import Any

import pytest

from dagster_project.release.releases import Release

Golden = Callable[[str], list[dict[str, str]]]


def _px(path: Path) -> tuple[dict[str, list[str]], dict[tuple[str, ...], str]]:
    """The keywords of a PX file, and its cells by the codes of their dimensions."""
    head, data = path.read_text(encoding="utf-8").split("DATA=\n")
    words = {
        found[1]: re.findall(r'"([^"]*)"', found[2]) or [found[2]]
        for found in re.finditer(r'^([A-Z0-9-]+(?:\("[^"]*"\))?)=((?:"[^"]*",?|[^";])*);$', head, re.MULTILINE)
    }
    order = [*words["STUB"], *words["HEADING"]]
    codes = [words[f'CODES("{name}")'] for name in order]
    cells = re.findall(r'"[.]+"|-?[\d.e+-]+', data)
    places = list(product(*codes))
    assert len(cells) == len(places), path.name
    return words, dict(zip(places, cells, strict=True))


def _jsonstat(path: Path) -> tuple[dict[str, Any], dict[tuple[str, ...], Any]]:
    """A JSON-stat file, and its cells by the codes of their dimensions: a number, or why there is none."""
    said = json.loads(path.read_text(encoding="utf-8"))
    codes = [said["dimension"][name]["category"]["index"] for name in said["id"]]
    assert said["size"] == [len(each) for each in codes]
    cells = {
        place: said["status"].get(str(n)) if value is None else value
        for n, (place, value) in enumerate(zip(product(*codes), said["value"], strict=True))
    }
    return said, cells


def test_tabell_2_and_3_are_cubes_with_the_printed_values(published: Release, golden: Golden) -> None:
    words, cells = _px(published.path / "px" / "tabell_2.px")
    regions = dict(zip(words['VALUES("Region")'], words['CODES("Region")'], strict=True))
    for row in golden("tabell_2"):
        code = regions[row["region"]]
        assert [cells[code, name] for name in ("visa_tid", "boka_tid")] == [row["visa_tid"], row["boka_tid"]]
    assert words["LANGUAGE"] == ["sv"]
    assert words["SOURCE"] == ["Inera"]
    assert "totalt skulle kunna vara anslutna" in words["NOTEX"][0], "the obligatory note travels"
    for word in ("MATRIX", "SUBJECT-AREA", "TITLE", "CONTENTS", "UNITS", "DECIMALS", "LAST-UPDATED"):
        assert words[word], word
    said, numbers = _jsonstat(published.path / "jsonstat" / "tabell_3.json")
    assert (said["version"], said["class"]) == ("2.0", "dataset")
    labels = {code: text for d in said["dimension"].values() for code, text in d["category"]["label"].items()}
    counts = {(labels[place[0]], place[1]): value for place, value in numbers.items() if place[-1] == "antal"}
    for row in golden("tabell_3"):
        assert counts[row["yrke"], row["svarsalternativ"]] == int(row["antal"])


@pytest.mark.parametrize("which", ["published", "release"])
def test_every_cube_says_what_the_csv_file_says_in_both_forms(request: pytest.FixtureRequest, which: str) -> None:
    """Cell by cell: what is missing or hidden in the csv file has no number in PX and JSON-stat, with the reason."""
    release: Release = request.getfixturevalue(which)
    names = sorted(path.stem for path in (release.path / "px").iterdir())
    assert {"tabell_2", "tabell_3", "svarsfrekvens_region"} <= set(names)
    assert names == sorted(path.stem for path in (release.path / "jsonstat").iterdir())
    hidden = 0
    for name in names:
        _, px = _px(release.path / "px" / f"{name}.px")
        _, js = _jsonstat(release.path / "jsonstat" / f"{name}.json")
        assert px.keys() == js.keys(), name
        symbols = {"z": '"."', "x": '".."', "c": '"..."'}
        for place, value in js.items():
            if isinstance(value, str):
                assert px[place] == symbols[value], (name, place)
            else:
                assert float(px[place]) == pytest.approx(value, rel=1e-9), (name, place)
        with (release.path / "csv" / f"{name}.csv").open(encoding="utf-8", newline="") as stream:
            rows = list(csv.DictReader(stream))
        measures = {place[-1] for place in js} - {"pahittad"}
        for measure in measures:
            in_csv = sorted(round(float(row[measure]), 6) for row in rows if row[measure])
            in_cube = sorted(
                round(float(v), 6) for place, v in js.items() if place[-1] == measure and not isinstance(v, str)
            )
            assert in_csv == in_cube, (name, measure)
        hidden += sum(value == "c" for value in js.values())
    assert which == "published" or hidden, "the examples hide something"


def test_the_csv_for_a_swedish_spreadsheet_has_the_same_cells(published: Release) -> None:
    for path in (published.path / "csv_excel").iterdir():
        content = path.read_bytes()
        assert content.startswith(b"\xef\xbb\xbf"), "a sign that it is UTF-8"
        swedish = list(csv.reader(content.decode("utf-8-sig").splitlines(), delimiter=";"))
        with (published.path / "csv" / path.name).open(encoding="utf-8", newline="") as stream:
            tidy = list(csv.reader(stream))
        assert len(swedish) == len(tidy) or any("\n" in cell for row in tidy for cell in row), path.name
        if path.stem == "tabell_3":
            assert [[cell.replace(",", ".") for cell in row] for row in swedish] == tidy
            assert any("," in cell for row in swedish[1:] for cell in row)
