"""What is told of the deliveries behind a row stands at that row, and at no other."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import docx
import duckdb
import openpyxl
import pytest
import yaml

from dagster_project.release import catalogue, lineage, told
from dagster_project.release.releases import Release
from dagster_project.release.told import Told
from dagster_project.settings import Home

LANDING = Path(__file__).resolve().parents[2] / "examples" / "landing"
SECOND_HAND = "Värdena ur Kolada är återgivna i andra hand och har inte kontrollerats mot den som har gett ut dem."


@pytest.fixture(scope="module")
def webbtidbok(release: Release) -> str:
    [row] = [row for row in release.manifest["leveranser"] if row["kalla"] == "webbtidbok"]
    return row["leverans_id"]


@pytest.fixture(scope="module")
def opened(example_home: Home, release: Release) -> Iterator[lineage.Lineage]:
    with lineage.opened(example_home, release.id, release.house) as found:
        yield found


def behind(opened: lineage.Lineage, *said: Told) -> told.Behind:
    tables = ("tabell_1", "tabell_2", "regionoversikt", "regionprofil")
    sources = {f"tabell.{name}": {"webbtidbok", "kolada", "inriktningsdokument"} for name in tables}
    return told.Behind(opened, said, sources | {"mart.webbtidbok": {"webbtidbok"}, "mart.inriktningsdokument": set()})


def test_a_block_is_told_of_at_its_rows_and_a_delivery_at_all_of_its_own(
    opened: lineage.Lineage, webbtidbok: str
) -> None:
    """Skåne's block of the one file with all regions: its row in the table, in the overview of the regions and in the mart."""
    skane = Told("Skåne är tidigare.", webbtidbok, "webbtidbok", (("12", "", "2020-03-01"),))
    elsewhere = Told("En annan månad.", webbtidbok, "webbtidbok", (("12", "", "2020-02-01"),))
    whole = Told("Allt.", webbtidbok, "webbtidbok")
    found = behind(opened, skane, elsewhere, whole)
    edition = found.noted(catalogue.load(2020))
    notes = {table.id: [(note.text, note.rad) for note in table.noter] for table in edition.tabeller}
    before = {table.id: len(table.noter) for table in catalogue.load(2020).tabeller}
    new = {name: said[before[name] :] for name, said in notes.items() if said[before[name] :]}
    assert new["tabell_2"] == [("Skåne är tidigare.", {"period": "2020-03-01", "region_kod": "12"}), ("Allt.", None)]
    assert new["regionoversikt"] == [("Skåne är tidigare.", {"region_kod": "12"}), ("Allt.", None)]
    assert new.keys() == {"tabell_2", "regionoversikt"}
    assert found.marts(["webbtidbok", "inriktningsdokument"]) == {"webbtidbok": ["Skåne är tidigare.", "Allt."]}
    [row] = found.of("mart.webbtidbok")[0]
    [(region,)] = opened.con.execute(f"select region_kod from utgava.mart.webbtidbok where rowid = {row}").fetchall()
    assert region == "12"


def test_where_there_is_nothing_to_tell_the_edition_is_as_it_was(opened: lineage.Lineage) -> None:
    edition = catalogue.load(2020)
    assert behind(opened).noted(edition) is edition
    assert behind(opened).marts(["webbtidbok"]) == {}


def test_values_at_second_hand_say_so_wherever_they_are_shown(release: Release) -> None:
    """The examples' sidecars are the list: those of Kolada that the report of 2020 uses."""
    said = {
        path.name: yaml.safe_load(path.read_text(encoding="utf-8")).get("andrahand")
        for path in LANDING.rglob("*.leverans.yml")
    }
    assert {name for name, value in said.items() if value} == {
        path.name for path in (LANDING / "kolada").glob("*.leverans.yml")
    }
    [used] = [row for row in release.manifest["leveranser"] if row.get("andrahand")]
    assert (used["kalla"], used["avsandare"]) == ("kolada", "RKA, i andra hand")
    for name in ("regionprofil", "regionoversikt"):
        text = "\n".join(p.text for p in docx.Document(str(release.path / "word" / f"{name}.docx")).paragraphs)
        assert SECOND_HAND in text, name
    page = (release.path / "index.html").read_text(encoding="utf-8")
    assert SECOND_HAND in page
    assert "RKA, i andra hand: 21 uppgifter" in page
    book = openpyxl.load_workbook(release.workbook, read_only=True)
    [(number, _)] = [row[:2] for row in book["Noter"].iter_rows(values_only=True) if SECOND_HAND in map(str, row)]
    [blad] = [table.blad for table in catalogue.load(2020).tabeller if table.id == "regionprofil"]
    marked = [row for row in book[blad].iter_rows(values_only=True) if any(str(number) in str(cell) for cell in row)]
    assert len(marked) == 21
    with duckdb.connect(str(release.database), read_only=True) as con:
        comments = dict(
            con.execute("select table_name, comment from duckdb_tables() where schema_name = 'mart'").fetchall()
        )
    assert {name for name, comment in comments.items() if SECOND_HAND in (comment or "")} >= {"indikator", "regionbild"}
    assert SECOND_HAND not in comments["webbtidbok"]
