"""The fact check: a Word file per region out of the release, answered in, and taken back as a delivery and a list of corrections."""

from __future__ import annotations

import csv
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from docx import Document

from dagster_project.coding import factcheck
from dagster_project.deliveries import intake
from dagster_project.errors import UserError
from dagster_project.release import questions
from dagster_project.release.releases import Release, releases
from dagster_project.settings import Home
from dagster_project.sources import all_sources

TODAY = date(2020, 6, 1)


@pytest.fixture(scope="module")
def release(example_home: Home) -> Release:
    return releases(example_home)[0]


@pytest.fixture
def sent(release: Release, tmp_path: Path) -> Path:
    [path] = factcheck.write(release, tmp_path, "Gotland")
    return path


def answered(path: Path, answer: Callable[[list[list[str]]], None], *, summary: str = "", day: str = "") -> Path:
    """The file with the cells of its table as ``answer`` leaves them."""
    document = Document(str(path))
    box, when, table = document.tables
    if summary:
        box.cell(0, 0).text = summary
    when.cell(0, 1).text = day
    cells = [[cell.text for cell in row.cells] for row in table.rows[1:]]
    answer(cells)
    for row, texts in zip(table.rows[1:], cells, strict=False):
        for cell, text in zip(row.cells, texts, strict=True):
            if cell.text != text:
                cell.text = text
    for row in table.rows[1 + len(cells) :]:
        table._tbl.remove(row._tr)
    document.save(str(path))
    return path


def rows(path: Path) -> list[list[str]]:
    return list(csv.reader(path.open(encoding="utf-8-sig", newline=""), delimiter=";"))


def test_a_file_for_every_region_with_all_that_is_said_of_it(release: Release, tmp_path: Path) -> None:
    paths = factcheck.write(release, tmp_path)
    assert len(paths) == 21
    with questions.opened(release.house) as con:
        counted = con.execute("""
            select region, count(*) filter (where underlag <> 'sammanfattning'), max(innehall) filter (where underlag = 'sammanfattning')
            from mart.regionbild where perspektiv = 'regionen' and region_kod <> '00' and innehall is not null group by region""")
        for region, number, summary in counted.fetchall():
            document = Document(str(tmp_path / f"faktagranskning_2020_{region.replace(' ', '_')}.docx"))
            box, _, table = document.tables
            assert (len(table.rows) - 1, box.cell(0, 0).text) == (number, summary)
            assert "påhittade uppgifter förekommer" in "\n".join(p.text for p in document.paragraphs)
            codes = [c.text for row in table.rows for c in row.cells if "_" in c.text]
            assert codes == []


def test_answers_become_a_delivery_and_a_list(release: Release, sent: Path, example_home: Home, tmp_path: Path) -> None:
    def answer(cells: list[list[str]]) -> None:
        for row in cells:
            row[5] = "Ja"
        cells[2][5:] = ["nej", "=Beslutat av regionstyrelsen"]

    said = cells_of(sent)[2]
    answered(sent, answer, summary="PÅHITTAT. Så här ska det stå.", day="2020-05-28")
    delivery, sidecar, corrections = factcheck.take_back([sent], releases(example_home), tmp_path / "svar", TODAY)
    assert rows(delivery)[1:] == [
        ["sammanfattning", "Gotland", "2020-06-01", "PÅHITTAT. Så här ska det stå.", "rättad", "2020-05-28"]
    ]
    assert rows(corrections)[1:] == [["Gotland", *said[:5], "'=Beslutat av regionstyrelsen"]]
    assert "pahittad: true" in sidecar.read_text("utf-8")
    _, verdict, _ = intake.check(all_sources()["underlag"], delivery, tmp_path / "granskning")
    assert (verdict.bedomning, verdict.godkanda, verdict.anmarkningar) == ("godkand", 1, [])


def cells_of(path: Path) -> list[list[str]]:
    return [[cell.text for cell in row.cells] for row in Document(str(path)).tables[2].rows[1:]]


def test_untouched_it_is_approved_on_the_day_it_came(
    release: Release, sent: Path, example_home: Home, tmp_path: Path
) -> None:
    delivery, _, corrections = factcheck.take_back([sent], releases(example_home), tmp_path / "svar", TODAY)
    [row] = rows(delivery)[1:]
    assert row[4:] == ["godkänd", "2020-06-01"]
    assert rows(corrections)[1:] == []


def put(number: int, column: int, text: str) -> Callable[[list[list[str]]], None]:
    def change(cells: list[list[str]]) -> None:
        cells[number][column] = text

    return change


@pytest.mark.parametrize(
    ("answer", "day", "message"),
    [
        (put(1, 3, "något annat"), "", "rad 2: det som vi skrev är ändrat"),
        (put(0, 5, "kanske"), "", "rad 1: svaret ska vara ja eller nej, inte kanske"),
        (lambda cells: cells[0].__setitem__(slice(5, 7), ["ja", "fel"]), "", "svaret är ja, men en rättelse är ifylld"),
        (lambda cells: cells.pop(), "", "raderna är inte de"),
        (lambda _: None, "i går", "dagen för granskningen, i går, går inte att läsa"),
    ],
)
def test_what_cannot_be_used_is_told_and_nothing_is_written(
    release: Release,
    sent: Path,
    example_home: Home,
    tmp_path: Path,
    answer: Callable[[list[list[str]]], None],
    day: str,
    message: str,
) -> None:
    answered(sent, answer, day=day)
    with pytest.raises(UserError, match=message):
        factcheck.take_back([sent], releases(example_home), tmp_path / "svar", TODAY)
    assert not (tmp_path / "svar").exists()


def test_another_document_or_release_is_refused(sent: Path, example_home: Home, tmp_path: Path) -> None:
    other = tmp_path / "annat.docx"
    Document().save(str(other))
    (tmp_path / "skräp.docx").write_bytes(b"PK")
    for path, message in (
        (other, "ingen faktagranskning"),
        (tmp_path / "skräp.docx", "går inte att öppna"),
    ):
        with pytest.raises(UserError, match=message):
            factcheck.take_back([path], releases(example_home), tmp_path / "svar", TODAY)
    with pytest.raises(UserError, match="finns inte här"):
        factcheck.take_back([sent], [], tmp_path / "svar", TODAY)
