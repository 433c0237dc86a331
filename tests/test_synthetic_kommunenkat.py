"""The made-up survey has the published totals and says that it is fake; the committed examples are what it gives."""

from __future__ import annotations

import csv
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
import yaml
from facit import SURVEY_COLUMNS
from python_calamine import CalamineWorkbook

from examples.generators.examples import write
from examples.generators.kommunenkat import Totaler, make, published_totals

REPO = Path(__file__).resolve().parents[1]
LANDING = REPO / "examples" / "landing"
SURVEY = LANDING / "kommunenkat" / "PAHITTADE_SVAR_kommunenkat_2019.xlsx"

DELIVERED = {
    "brist": "brist",
    "balans": "balans",
    "overskott": "överskott",
    "vet_inte": "vet inte",
    "finns_ej": "finns inte",
}


def golden(name: str) -> list[dict[str, str]]:
    with (REPO / "tests" / "golden" / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def sheet(path: Path) -> tuple[str, list[list[Any]]]:
    """The only sheet of a workbook: its name and its cells, blank cells as None."""
    book = CalamineWorkbook.from_path(path)
    [name] = book.sheet_names
    return name, [[None if cell == "" else cell for cell in row] for row in book.get_sheet_by_name(name).to_python()]


@pytest.fixture(scope="module", params=[2020, 1, 20191216], ids="seed {}".format)
def survey(request: pytest.FixtureRequest) -> pd.DataFrame:
    return make(request.param, published_totals())


@pytest.fixture(scope="module")
def committed() -> pd.DataFrame:
    _, (header, *body) = sheet(SURVEY)
    return pd.DataFrame(body, columns=header, dtype=object)


def assert_published_totals(answers: pd.DataFrame) -> None:
    counts = {name: answers[name].value_counts().to_dict() for name in answers.columns}
    # The counts of Figur 5 and 2a are not printed: they must give the printed percentage of the printed base.
    for row in golden("figur_5"):
        given = counts[f"f{row['fraga']}"]
        assert sum(given.values()) == int(row["n"])
        assert (200 * given["ja"] + int(row["n"])) // (2 * int(row["n"])) == int(row["procent"])
    for row in golden("malbild"):
        given = counts[f"f{row['fraga']}"]
        assert (given[row["svarsalternativ"]], sum(given.values())) == (int(row["antal"]), int(row["n"]))
    yrken = {"Sjuksköterska": "sjukskoterska", "Specialistsjuksköterska": "specialistsjukskoterska"}
    for row in golden("tabell_3"):
        given = counts[f"f3_{yrken.get(row['yrke'], row['yrke'].lower())}"]
        assert given.get(DELIVERED[row["svarsalternativ"]], 0) == int(row["antal"]), row
        assert sum(given.values()) == int(row["n"])
    [rate] = golden("svarsfrekvens")
    assert len(answers) == answers["kommunkod"].nunique() == int(rate["inkomna"])


def test_totals_are_the_published_ones_whatever_the_seed(survey: pd.DataFrame) -> None:
    assert list(survey.columns) == SURVEY_COLUMNS
    assert_published_totals(survey)


def test_2a_is_answered_by_exactly_those_who_said_no_to_2(survey: pd.DataFrame) -> None:
    assert (survey["f2a"].notna() == (survey["f2"] == "nej")).all()


def test_all_regions_answer_with_real_municipalities(survey: pd.DataFrame) -> None:
    with (REPO / "seeds" / "reference" / "kommuner.csv").open(encoding="utf-8", newline="") as file:
        known = {row["kommun_kod"]: row["region_kod"] for row in csv.DictReader(file)}
    assert len({known[kod] for kod in survey["kommunkod"]}) == 21
    assert "0980" in set(survey["kommunkod"])


def test_every_municipality_answers_something_within_the_window(survey: pd.DataFrame) -> None:
    closed = [name for name in SURVEY_COLUMNS if name.startswith("f") and name not in ("f3_kommentar", "f4")]
    assert survey[closed].notna().any(axis=1).all()
    assert survey["svarsdatum"].between(date(2019, 12, 16), date(2020, 1, 27)).all()


def test_every_row_says_that_it_is_made_up(survey: pd.DataFrame) -> None:
    assert survey[["f3_kommentar", "f4"]].apply(lambda column: column.str.startswith("PÅHITTAT")).all(axis=None)


def test_a_seed_gives_the_same_answers_and_another_seed_others() -> None:
    totals = published_totals()
    pd.testing.assert_frame_equal(make(7, totals), make(7, totals))
    assert not make(7, totals).equals(make(8, totals))


def test_more_answers_than_respondents_are_refused() -> None:
    totals = published_totals()
    with pytest.raises(ValueError, match="227 answers cannot be given by 226"):
        make(1, Totaler(226, totals.antal | {"1a": {"ja": 100, "nej": 127}}))


def test_the_committed_survey_has_the_published_totals_and_says_that_it_is_made_up(committed: pd.DataFrame) -> None:
    assert list(committed.columns) == SURVEY_COLUMNS
    assert_published_totals(committed)
    assert {len(kod) for kod in committed["kommunkod"]} == {4}
    assert sheet(SURVEY)[0] == "Påhittade svar"
    sidecar = yaml.safe_load(SURVEY.with_name(f"{SURVEY.name}.leverans.yml").read_text(encoding="utf-8"))
    assert sidecar["pahittad"] is True


def test_the_committed_tables_are_the_printed_ones() -> None:
    _, (header, *body) = sheet(LANDING / "webbtidbok" / "webbtidbok_2020-03.xlsx")
    assert header == ["Region", "Visa tid", "Boka tid"]
    assert body == [[row["region"], int(row["visa_tid"]), int(row["boka_tid"])] for row in golden("tabell_2")]
    _, (header, *body) = sheet(LANDING / "inriktningsdokument" / "inriktningsdokument_2020.xlsx")
    assert header == ["Region", "Dokument", "Politiskt beslut", "Gemensamt dokument"]
    assert body == [[cell or None for cell in row.values()] for row in golden("tabell_1")]


def test_the_committed_examples_are_what_the_generator_gives(tmp_path: Path) -> None:
    fresh = {path.relative_to(tmp_path): path for path in write(tmp_path)}
    assert {path.relative_to(LANDING) for path in LANDING.rglob("*") if path.is_file()} == set(fresh)
    for name, path in fresh.items():
        if path.suffix == ".xlsx":
            assert sheet(path) == sheet(LANDING / name), f"run python -m examples.generators.examples: {name}"
        else:
            assert path.read_bytes() == (LANDING / name).read_bytes()


def test_writing_twice_gives_the_same_bytes(tmp_path: Path) -> None:
    first, second = write(tmp_path / "a"), write(tmp_path / "b")
    assert [path.read_bytes() for path in first] == [path.read_bytes() for path in second]
    assert len(first) == sum(path.is_file() for path in LANDING.rglob("*"))
