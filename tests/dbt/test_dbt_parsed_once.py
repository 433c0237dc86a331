"""The project is parsed once for its content, and the parsed project serves any home folder and reporting year."""

from __future__ import annotations

import os
from datetime import date, datetime
from pathlib import Path
from types import ModuleType

import pytest
from dbt_harness import Raw, dbt, query

MARCH = date(2020, 3, 1)


def test_a_file_that_is_only_touched_is_not_parsed_again_and_one_that_changes_is(
    own_project: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    parsed: list[Path] = []
    monkeypatch.setattr(own_project, "_parse", lambda folder: (parsed.append(folder), folder.mkdir()))
    assert own_project.parsed() == own_project.parsed()
    macro = own_project.DBT / "macros" / "vantetid.sql"
    os.utime(macro, (0, 0))
    own_project.parsed()
    assert len(parsed) == 1
    macro.write_text(macro.read_text(encoding="utf-8").replace("<=", "< ", 1), encoding="utf-8")
    own_project.parsed()
    assert len(set(parsed)) == 2


def test_the_home_folder_may_have_any_name(tmp_path: Path) -> None:
    """Signs that mean something in SQL, in a glob, in a format string and in a list of paths."""
    folder = tmp_path / "Åsa's [hem], {1}"
    raw = Raw()
    row = {"region_kod": "10", "visa_tid": 23, "boka_tid": 12}
    raw.deliver("w1", datetime(2020, 4, 1), MARCH, "region_kod", {"webbtidbok/mottagningar": [row]})
    raw.write(folder / "raw")
    dbt(folder, "build", "--select", "+webbtidbok", "--exclude-resource-type", "test", "unit_test")
    [shown] = query(folder, "from mart.webbtidbok where visa_tid is not null").to_dict("records")
    assert (shown["region_kod"], shown["visa_tid"], shown["boka_tid"]) == ("10", 23, 12)
