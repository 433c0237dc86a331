"""What several rooms' tests share: the shared material, the command line in this process, and the examples built once."""

from __future__ import annotations

import contextlib
import fcntl
import io
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from unittest.mock import patch

import pytest

from dagster_project.settings import Home

REPO = Path(__file__).resolve().parents[1]
LONGEST = REPO / "tests" / "test_road.py"
QUIET = {
    "DAGSTER_DISABLE_TELEMETRY": "1",
    "DO_NOT_TRACK": "1",
    "DBT_SEND_ANONYMOUS_USAGE_STATS": "false",
    "GX_ANALYTICS_ENABLED": "false",
}
os.environ.update(QUIET)


@dataclass(frozen=True)
class Ran:
    """What a command said and how it ended."""

    code: int
    out: str
    err: str


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder ``shared`` beside the repository: the report's own figures. Skipped, or failed where it must be there."""
    folder = REPO.parent / "shared"
    if not folder.is_dir():
        reason = "the folder 'shared' is not beside the repository"
        if os.environ.get("UPPFOLJNING_REQUIRE_SHARED") == "1":
            pytest.fail(reason)
        pytest.skip(reason)
    return folder


@pytest.fixture(scope="session")
def uppfoljning() -> Callable[..., Ran]:
    """The command line, run in this process: ``uppfoljning("--home", home, "build", "--year", 2020)``."""

    def run(*args: object) -> Ran:
        from dagster_project import cli

        out, err = io.StringIO(), io.StringIO()
        code = 0
        with (
            patch.object(sys, "argv", ["uppfoljning", *map(str, args)]),
            patch.dict(os.environ),
            contextlib.redirect_stdout(out),
            contextlib.redirect_stderr(err),
        ):
            try:
                cli.main()
            except SystemExit as end:
                code = int(end.code or 0)
        return Ran(code, out.getvalue(), err.getvalue())

    return run


@pytest.fixture
def own_project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """The dbt project and its seeds as a copy that the test may change: ``own_project.DBT`` and ``own_project.SEEDS``."""
    from dbt_harness import copied_project

    return copied_project(tmp_path, monkeypatch)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The longest file comes first and makes the examples' build; the others that need it come last, when it is there.

    Files stay whole and in order, so that each is one worker's; no test depends on another.
    """
    needing = {item.path for item in items if "example_home" in getattr(item, "fixturenames", ())}
    items.sort(key=lambda item: 0 if item.path == LONGEST else 2 if item.path in needing else 1)


@contextlib.contextmanager
def _alone(path: Path) -> Iterator[None]:
    with path.open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


@pytest.fixture(scope="session")
def example_home(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Home:
    """A home folder with the examples of 2020 built through the installed command. Read it, do not change it.

    Built by one worker only, however many there are.
    """
    base = tmp_path_factory.getbasetemp()
    base = base if worker_id == "master" else base.parent
    home = Home(base / "exempel")
    with _alone(base / "exempel.lock"):
        if not (base / "exempel.klart").exists():
            for command in (["init", "--demo"], ["build", "--year", "2020"]):
                done = subprocess.run(
                    [sys.executable, "-m", "dagster_project.cli", "--home", str(home.root), *command],
                    cwd=REPO,
                    env={**os.environ, **QUIET},
                    capture_output=True,
                    text=True,
                    check=False,
                )
                assert done.returncode == 0, done.stderr
            (base / "exempel.klart").write_text(done.stdout, encoding="utf-8")
    return home


@pytest.fixture
def home(tmp_path: Path) -> Home:
    """An empty home folder of the test's own."""
    home = Home(tmp_path / "hem")
    home.create()
    return home
