"""What lies in tests/golden is what a reader of the documents wrote down, where that is at hand."""

from __future__ import annotations

import csv
from pathlib import Path

import facit
import pytest


def test_every_golden_fact_is_the_readers(shared: Path) -> None:
    """A file in a document's folder holds columns of the reader's table of that name: every row, every cell. The sources' table too."""
    domain = shared / "domain"
    files = sorted(facit.GOLDEN.glob("seed*/*/*.csv"))
    assert len(files) >= 39
    for path in files:
        name = path.relative_to(facit.GOLDEN)
        ours = facit.table(str(name.with_suffix("")))
        with (domain / name).open(encoding="utf-8", newline="") as file:
            theirs = [{column: row[column] for column in ours[0]} for row in csv.DictReader(file)]
        assert ours == theirs, name
    # The one table of the sources that lists every region: nine columns, the fifth with seven years.
    found = []
    lines = (domain / "domain_sources.md").read_text(encoding="utf-8").splitlines()
    for number, line in enumerate(lines, 1):
        cells = [cell.strip() for cell in line.split("|")[1:-1]]
        if len(cells) == 9 and cells[0].isdigit():
            found.append([*cells[:3], *cells[4].split(" / "), *cells[5:], str(number)])
    assert [list(row.values()) for row in facit.table("domain_sources")] == found
    assert len(found) == 22


def test_few_tests_need_the_documents(request: pytest.FixtureRequest) -> None:
    """Who has no documents runs all but thirty of the tests."""
    needing = [item for item in request.session.items if "shared" in getattr(item, "fixturenames", ())]
    assert len(needing) <= 30, [item.nodeid for item in needing]
