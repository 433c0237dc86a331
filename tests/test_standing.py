"""A build in which nothing is new: answered without building, and only where nothing was touched. That the answer is that of a build:
`test_road_gaps`."""

from __future__ import annotations

import os
import shutil
import sqlite3
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from dagster_project import standing
from dagster_project.deliveries.register import Register
from dagster_project.deliveries.register_types import Leverans
from dagster_project.settings import Home
from dagster_project.standing import Outcome

OUTCOME = Outcome(
    None,
    True,
    blocking=[("raw/webbtidbok/mottagningar", "leveranser_godtagna", "avvisade: ['webbtidbok-1']")],
    remarks=[("raw/kommunenkat/kommuner", "kommun_dubbel", "rader: 2")],
    held={"webbtidbok": "Ett skäl."},
    told=[("kalla", "Mottagningar med webbtidbok"), ("fel", "mars.csv: avvisad.")],
)


@pytest.fixture
def code(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project of two files, in place of ours, and a library."""
    code = tmp_path / "kod"
    (code / "seeds").mkdir(parents=True)
    (code / "rum.py").write_text("x = 1\n", encoding="utf-8")
    (code / "seeds" / "regioner.csv").write_text("kod\n01\n", encoding="utf-8")
    (code / "lib" / "duckdb-1.5.6.dist-info").mkdir(parents=True)
    monkeypatch.setattr(standing, "PROJECT", code)
    monkeypatch.setattr(standing, "CODE", (code / "rum.py", code / "seeds"))
    monkeypatch.syspath_prepend(code / "lib")
    return code


@pytest.fixture
def built(home: Home, code: Path) -> Home:
    """A home as a build leaves it."""
    landing = home.landing / "webbtidbok" / "mars.csv"
    landing.parent.mkdir()
    landing.write_text("Region;Visa tid;Boka tid\n", encoding="utf-8")
    landing.with_name("mars.csv.leverans.yml").write_text("period: 2020-03\n", encoding="utf-8")
    when = datetime(2020, 4, 1)
    Register(home.register).add(Leverans("w-1", "webbtidbok", "mars.csv", "ab", 1, "", when, False, when))
    (home.warehouse / "2020.duckdb").write_bytes(b"bygget")
    (home.raw / "webbtidbok").mkdir(parents=True)
    (home.raw / "webbtidbok" / "mars.parquet").write_bytes(b"rader")
    release(home, "2020.1")
    standing.keep(home, 2020, standing.inputs(home), OUTCOME)
    return home


def release(home: Home, name: str) -> None:
    (home.releases / name).mkdir()
    (home.releases / name / "MANIFEST.json").write_text("{}", encoding="utf-8")
    (home.releases / "current-2020").unlink(missing_ok=True)
    (home.releases / "current-2020").symlink_to(name)


def test_the_outcome_is_as_the_build_left_it(built: Home) -> None:
    found = standing.standing(built, 2020)
    assert found is not None
    assert found.release.id == "2020.1"
    assert (found.created, found.blocking, found.remarks, found.held, found.told) == (
        False,
        OUTCOME.blocking,
        OUTCOME.remarks,
        OUTCOME.held,
        OUTCOME.told,
    )
    assert standing.standing(built, 2021) is None


def kod(home: Home) -> Path:
    return home.root.parent / "kod"


def later(path: Path) -> None:
    stat = path.stat()
    os.utime(path, ns=(stat.st_atime_ns, stat.st_mtime_ns + 1))


def same_time(path: Path, text: str) -> None:
    stat = path.stat()
    path.write_text(text, encoding="utf-8")
    os.utime(path, ns=(stat.st_atime_ns, stat.st_mtime_ns))


def change_register(home: Home) -> None:
    with sqlite3.connect(home.register) as con:
        con.execute("update leverans set mottagen = '2020-04-02T00:00:00'")


@pytest.mark.parametrize(
    "touch",
    {
        "a file is put in landing": lambda h: (h.landing / "webbtidbok" / "april.csv").write_bytes(b""),
        "a file is put under landing": lambda h: shutil.copytree(h.landing / "webbtidbok", h.landing / "kolada" / "a"),
        "a file in landing is touched": lambda h: later(h.landing / "webbtidbok" / "mars.csv"),
        "a file in landing gets another size": lambda h: same_time(h.landing / "webbtidbok" / "mars.csv", "x"),
        "a file is taken out of landing": lambda h: (h.landing / "webbtidbok" / "mars.csv").unlink(),
        "a file in landing is renamed": lambda h: (h.landing / "webbtidbok" / "mars.csv").rename(
            h.landing / "webbtidbok" / "maj.csv"
        ),
        "a sidecar says something else": lambda h: same_time(
            h.landing / "webbtidbok" / "mars.csv.leverans.yml", "period: 2020-04\n"
        ),
        "code is changed": lambda h: same_time(kod(h) / "rum.py", "x = 2\n"),
        "reference data are changed": lambda h: same_time(kod(h) / "seeds" / "regioner.csv", "kod\n02\n"),
        "reference data are added": lambda h: (kod(h) / "seeds" / "ny.csv").write_bytes(b""),
        "a library is changed": lambda h: (kod(h) / "lib" / "duckdb-1.5.6.dist-info").rename(
            kod(h) / "lib" / "duckdb-1.5.7.dist-info"
        ),
        "the register is changed": lambda h: change_register(h),
        "the register is gone": lambda h: h.register.unlink(),
        "the year's database is written": lambda h: later(h.warehouse / "2020.duckdb"),
        "the year's database is gone": lambda h: (h.warehouse / "2020.duckdb").unlink(),
        "raw rows below a held mart are changed": lambda h: later(h.raw / "webbtidbok" / "mars.parquet"),
        "there is another release": lambda h: release(h, "2020.2"),
        "a release is not pointed at": lambda h: (h.releases / "2020.2").mkdir(),
        "the release is not pointed at": lambda h: (h.releases / "current-2020").unlink(),
        "the release is gone": lambda h: shutil.rmtree(h.releases / "2020.1"),
        "the note is broken": lambda h: (h.releases / "current-2020.json").write_text("{", encoding="utf-8"),
        "the note is of another form": lambda h: (h.releases / "current-2020.json").write_text("[]", encoding="utf-8"),
    }.items(),
    ids=lambda touch: touch[0],
)
def test_whatever_is_touched_leads_to_a_build(built: Home, touch: tuple[str, Callable[..., Any]]) -> None:
    assert standing.standing(built, 2020) is not None
    touch[1](built)
    assert standing.standing(built, 2020) is None


def test_what_may_end_otherwise_the_next_time_does_not_stand(built: Home) -> None:
    standing.keep(built, 2020, standing.inputs(built), Outcome(None, True, lasting=False))
    assert standing.standing(built, 2020) is None


def test_what_came_during_the_build_is_new(built: Home) -> None:
    started_from = standing.inputs(built)
    (built.landing / "webbtidbok" / "april.csv").write_bytes(b"")
    standing.keep(built, 2020, started_from, OUTCOME)
    assert standing.standing(built, 2020) is None
