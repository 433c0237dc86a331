"""What a release depends on: all that decides what it looks like, and nothing else."""

from __future__ import annotations

import shutil
from datetime import date, datetime
from pathlib import Path

import pytest

from dagster_project.deliveries.register import Register
from dagster_project.deliveries.register_types import Block, Leverans, Underlag
from dagster_project.settings import PROJECT
from dagster_project.warehouse import project, state


@pytest.fixture
def checkout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the package and its pinned versions, without the dbt project."""
    shutil.copytree(PROJECT / "dagster_project", tmp_path / "dagster_project")
    shutil.copy(PROJECT / "requirements.lock", tmp_path)
    monkeypatch.setattr(state, "PROJECT", tmp_path)
    monkeypatch.setattr(project, "files", list)
    return tmp_path


def changes_it(checkout: Path, path: Path) -> bool:
    before = state.code_version.__wrapped__()
    path.write_bytes(path.read_bytes() + b"\n")
    return bool(state.code_version.__wrapped__() != before)


def test_templates_styles_scripts_and_pinned_versions_are_part_of_it(checkout: Path) -> None:
    package = checkout / "dagster_project"
    kinds = {".j2", ".css", ".js"}
    files = [p for p in package.rglob("*") if p.suffix in kinds or p.stem == "kodsida"]
    assert {p.suffix for p in files} >= kinds
    for path in [*files, checkout / "requirements.lock"]:
        assert changes_it(checkout, path), path.name


def test_the_words_of_the_command_line_are_not(checkout: Path) -> None:
    package = checkout / "dagster_project"
    for path in [*package.glob("cli*.py"), *package.glob("cli/*.py"), package / "fetch.py"]:
        assert not changes_it(checkout, path), path.name


def test_deliveries_about_later_years_are_not(tmp_path: Path) -> None:
    register = Register(tmp_path / "register.sqlite")

    def deliver(name: str, period: date, bedomning: str = "godkand") -> None:
        now = datetime(2020, 4, 1)
        leverans = Leverans(name, "webbtidbok", f"{name}.csv", name, 1, "", now, True, now)
        register.add(leverans)
        register.note_file(f"webbtidbok/{name}.csv", (1, 1), leverans, register.look("webbtidbok", []))
        accepted = bedomning == "godkand"
        register.judge(
            name,
            underlag=Underlag("r"),
            format="f",
            bedomning=bedomning,
            respondent=None,
            period=period,
            lasta=1,
            godkanda=int(accepted),
            karantan=0,
            anmarkningar=[],
            kontroller=[],
            block=[Block("10", period, period, 1)] if accepted else [],
        )

    deliver("a", date(2020, 3, 1))
    first = state.fingerprint(register, 2020, {})
    deliver("b", date(2021, 3, 1))
    deliver("c", date(2021, 3, 1), "avvisad")
    assert state.fingerprint(register, 2020, {}) == first
    assert state.fingerprint(register, 2021, {}) != state.fingerprint(register, 2020, {})
    deliver("d", date(2020, 2, 1), "avvisad")
    assert state.fingerprint(register, 2020, {}) != first
