"""What several rooms' tests share: the shared material, the command line in this process, and the examples built once."""

from __future__ import annotations

import contextlib
import io
import os
import shutil
import socket
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Generator, Iterator
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any
from unittest.mock import patch

import pytest
from filelock import FileLock
from road import begin, tables_alone

from dagster_project.settings import Home

TESTS = Path(__file__).resolve().parent
REPO = TESTS.parent
#: The files that cost most, the costliest first; the first makes the examples' build, the second that of the empty home.
COSTLY = (
    "test_road.py",
    "test_road_gaps.py",
    "test_road_again.py",
    "test_new_year.py",
    "dbt/test_dbt_incremental.py",
    "vantetid/test_marts_months.py",
    "deliveries/test_sender.py",
    "vantetid/test_door.py",
    "dbt/test_dbt_marts.py",
    "vantetid/test_monthly.py",
    "sources/test_kodning.py",
    "deliveries/test_every_size.py",
    "test_fuzz.py",
    "release/test_safety.py",
    "release/test_persons.py",
    "release/test_corrections.py",
    "validation/test_two_executors.py",
    "release/test_lineage.py",
    "release/test_release_publish.py",
    "deliveries/test_names_are_data.py",
    "vantetid/test_marts_cells.py",
)
QUIET = {
    "DAGSTER_DISABLE_TELEMETRY": "1",
    "DO_NOT_TRACK": "1",
    "DBT_SEND_ANONYMOUS_USAGE_STATS": "false",
    "GX_ANALYTICS_ENABLED": "false",
}
os.environ.update(QUIET)
_BEFORE = pytest.StashKey[float]()
#: Why a test says that it is skipped, and the one command that mends it.
NOT_RUN = {
    "Chromium is not installed": "Mend it with: sudo apt-get install chromium",
    "LibreOffice or poppler is not installed": "Mend it with: sudo apt-get install libreoffice-writer-nogui poppler-utils",
    "playwright is not installed": "Mend it with: make .venv",
    "the documents are not at hand": "Mend it with: make test UPPFOLJNING_SHARED=<the folder shared>",
}


@dataclass(frozen=True)
class Ran:
    """What a command said and how it ended."""

    code: int
    out: str
    err: str


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder with the documents themselves: ``shared`` beside the repository, or ``UPPFOLJNING_SHARED``.

    Skipped, or failed where it must be there. Printed figures do not need it: they lie in tests/golden.
    """
    folder = Path(os.environ.get("UPPFOLJNING_SHARED") or REPO.parent / "shared")
    if not folder.is_dir():
        reason = f"the documents are not at hand: no folder {folder}"
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
    """Files stay whole and in order, so that each is one worker's; no test depends on another.

    The costliest come first, so that the end is even. The first makes the examples' build; the others that need it come
    last, when it is there.
    """
    needing = {item.path for item in items if "example_home" in getattr(item, "fixturenames", ())}

    def place(item: pytest.Item) -> tuple[int, int]:
        name = item.path.relative_to(TESTS).as_posix()
        rank = COSTLY.index(name) if name in COSTLY else len(COSTLY)
        return (0 if rank == 0 else 2 if item.path in needing else 1), rank

    items.sort(key=place)


Once = Callable[[str, Callable[[Path], object]], Path]


@pytest.fixture(scope="session")
def once(tmp_path_factory: pytest.TempPathFactory) -> Once:
    """``once(name, make)``: a folder that ``make`` fills once in a run, however many workers there are. Read it, do not change it."""
    base = tmp_path_factory.getbasetemp()
    base = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base

    def made(name: str, make: Callable[[Path], object]) -> Path:
        folder, done = base / name, base / f"{name}.klart"
        with FileLock(base / f"{name}.lock"):
            if not done.exists():
                shutil.rmtree(folder, ignore_errors=True)  # of a worker that failed in it
                folder.mkdir()
                make(folder)
                done.touch()
        return folder

    return made


@pytest.fixture(scope="session")
def example_home(once: Once) -> Home:
    """A home folder with the examples of 2020 built through the installed command. Read it, do not change it.

    ``UPPFOLJNING_EXAMPLE_HOME`` names one that ``make report`` has just built with this code: then that is copied.
    """

    def make(folder: Path) -> None:
        if built := os.environ.get("UPPFOLJNING_EXAMPLE_HOME"):
            shutil.copytree(built, folder, symlinks=True, dirs_exist_ok=True)
            return
        for command in (["init", "--demo"], ["build", "--year", "2020"]):
            done = subprocess.run(
                [sys.executable, "-m", "dagster_project.cli", "--home", str(folder), *command],
                cwd=REPO,
                env={**os.environ, **QUIET},
                capture_output=True,
                text=True,
                check=False,
            )
            assert done.returncode == 0, done.stderr

    return Home(once("exempel", make))


@contextlib.contextmanager
def _no_network() -> Iterator[None]:
    def refuse(*_: Any, **__: Any) -> None:
        raise AssertionError("the network was used")

    with patch.object(socket.socket, "connect", refuse), patch.object(socket, "getaddrinfo", refuse):
        yield


@pytest.fixture
def no_network() -> Iterator[None]:
    with _no_network():
        yield


@pytest.fixture(scope="session")
def empty_home(once: Once, uppfoljning: Callable[..., Ran]) -> Home:
    """A home folder built for 2020 without a network and with nothing delivered. Read it, do not change it."""

    def make(folder: Path) -> None:
        with _no_network():
            assert uppfoljning("--home", folder, "init").code == 0
            ran = uppfoljning("--home", folder, "build", "--year", 2020)
        assert ran.code == 0, ran.out
        assert "Utgåva 2020.1 ur 0 leveranser" in ran.out

    return Home(once("tomt hem", make))


@pytest.fixture
def begun(empty_home: Home, tmp_path: Path) -> Home:
    """A home folder of the test's own, begun and no more."""
    return begin(empty_home, tmp_path)


@pytest.fixture
def only_tables() -> Iterator[None]:
    """Releases without document, figures and page."""
    with tables_alone():
        yield


@pytest.fixture
def home(tmp_path: Path) -> Home:
    """An empty home folder of the test's own."""
    home = Home(tmp_path / "hem")
    home.create()
    return home


# --- what the run cost, and what it did not run ------------------------------------------------------------------------


def _processor_seconds() -> float:
    spent = os.times()
    return spent.user + spent.children_user


def pytest_collection_finish(session: pytest.Session) -> None:
    session.config.stash[_BEFORE] = _processor_seconds()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Generator[None, Any, Any]:
    """Each report says what its phase cost this process and the ones it started. The attribute travels with the report."""
    report = yield
    now = _processor_seconds()
    report.processor_seconds = now - item.config.stash[_BEFORE]
    item.config.stash[_BEFORE] = now
    return report


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_terminal_summary(terminalreporter: Any) -> Generator[None, Any, Any]:
    """Last of all: the slowest files, for whoever wonders where the time went, and what was not run, with what mends it."""
    result = yield
    spent: Counter[str] = Counter()
    for report in (report for reports in terminalreporter.stats.values() for report in reports):
        if hasattr(report, "processor_seconds"):
            spent[report.nodeid.split("::")[0]] += report.processor_seconds
    terminalreporter.section(f"{sum(spent.values()):.0f} processor seconds in tests; the ten slowest files")
    for file, seconds in spent.most_common(10):
        terminalreporter.write_line(f"{seconds:7.1f}  {file}")
    skipped = [str(report.longrepr[2]) for report in terminalreporter.stats.get("skipped", [])]
    for reason, mend in NOT_RUN.items():
        if count := sum(reason in why for why in skipped):
            terminalreporter.write_line(f"NOT RUN: {count} tests: {reason}. {mend}", yellow=True)
    return result
