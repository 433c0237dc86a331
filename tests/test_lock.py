"""One build at a time in a home folder, however it was started; and a killed one leaves nothing in the way."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import dagster as dg
import pytest

from dagster_project import build, lock, runs
from dagster_project.errors import UserError
from dagster_project.resources import HomeResource
from dagster_project.settings import Home

REPO = Path(__file__).resolve().parents[1]

HOLD = """
import sys, time
from pathlib import Path
from dagster_project import lock
from dagster_project.settings import Home
with lock.alone(Home(Path(sys.argv[1])), "någon annans bygge"):
    print("har det", flush=True)
    time.sleep(600)
"""


def wait(until: Callable[[], bool], what: str) -> None:
    end = time.monotonic() + 120
    while not until():
        assert time.monotonic() < end, what
        time.sleep(0.5)


@contextmanager
def process(*args: str) -> Iterator[subprocess.Popen[str]]:
    started = subprocess.Popen(
        [sys.executable, *args], cwd=REPO, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    try:
        yield started
    finally:
        started.kill()
        started.communicate()


def killed(started: subprocess.Popen[str]) -> None:
    started.send_signal(signal.SIGKILL if hasattr(signal, "SIGKILL") else signal.SIGTERM)
    started.wait()


@dg.asset
def anything(home: HomeResource) -> str:
    return home.root


def test_who_comes_second_is_told_who_holds_it(home: Home) -> None:
    """The command line and a run of Dagster alike. When the holder is killed the home folder is free."""
    with process("-c", HOLD, str(home.root)) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == "har det\n"
        said = rf"another build is running in .*\(någon annans bygge, process {other.pid}, since [\d :-]+\): wait until it is done"
        with pytest.raises(UserError, match=said):
            build.run(home, 2020, print)
        resources = {"home": HomeResource(root=str(home.root), wait=0)}
        run = dg.materialize([anything], resources=resources, raise_on_error=False)
        assert not run.success
        assert "någon annans bygge" in str([event.event_specific_data for event in run.all_events if event.is_failure])
        killed(other)
        assert dg.materialize([anything], resources=resources).success


def test_a_run_of_dagster_waits_for_its_turn(home: Home) -> None:
    with process("-c", HOLD.replace("600", "3"), str(home.root)) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == "har det\n"
        assert dg.materialize([anything], resources={"home": HomeResource(root=str(home.root), wait=60)}).success
        assert other.poll() is not None or other.wait(5) == 0


def test_within_a_process_it_is_taken_again(home: Home) -> None:
    with lock.alone(home, "bygget"):
        assert dg.materialize([anything], resources={"home": HomeResource(root=str(home.root), wait=0)}).success
        with process("-c", HOLD, str(home.root)) as other:
            assert other.wait(60) != 0, "the inner one gave back what the outer one still holds"


def test_a_sensor_looks_without_waiting(home: Home) -> None:
    with process("-c", HOLD, str(home.root)) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == "har det\n"
        with dg.build_resources({"home": HomeResource(root=str(home.root))}) as found:
            assert found.home.home == home


def test_what_killed_builds_left_is_swept(home: Home) -> None:
    """Working folders hold rows of deliveries. What belongs to somebody else in the home folder is left alone."""
    for folder in (
        home.tmp / "tmpabcdefgh",
        home.root / "tmpabcdefgh",
    ):  # the second is where they lay in earlier versions
        folder.mkdir(parents=True)
        (folder / "granskning.duckdb").write_bytes(b"rader")
    mine = home.root / "tmp_mina_anteckningar.txt"
    mine.write_text("mitt", encoding="utf-8")
    with lock.alone(home, "bygget"):
        inner = home.tmp / "arbete"
        inner.mkdir()
        with lock.alone(home, "samma bygge"):
            assert inner.is_dir(), "it is in use"
    assert {path.name for path in home.tmp.iterdir()} == {"arbete"}
    assert not (home.root / "tmpabcdefgh").exists()
    assert mine.is_file()


def test_a_killed_build_does_not_stay_started(home: Home) -> None:
    """A real build is killed as soon as its run has begun. While it lives it is let be; afterwards it is marked as failed."""
    build_it = ("-m", "dagster_project.cli", "--home", str(home.root), "build", "--year", "2020")
    (home.dagster / "dagster.yaml").write_text(build.DAGSTER_YAML, encoding="utf-8")
    with dg.DagsterInstance.from_config(str(home.dagster)) as instance, process(*build_it) as other:

        def started() -> bool:
            assert other.poll() is None, other.stderr and other.stderr.read()
            return [run.status for run in instance.get_runs()] == [dg.DagsterRunStatus.STARTED]

        wait(started, "the build has not begun")
        assert runs.end_dead(instance, home) == []
        killed(other)
        [run] = instance.get_runs()
        assert run.status == dg.DagsterRunStatus.STARTED
        assert runs.end_dead(instance, home) == [run.run_id]
        [run] = instance.get_runs()
        assert run.status == dg.DagsterRunStatus.FAILURE
        assert runs.end_dead(instance, home) == []
        assert not list((home.dagster / "levande").iterdir())


def test_a_run_that_never_showed_life_is_dead_after_a_while(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    """As those of earlier versions, or one that was killed while it loaded."""

    @dg.job
    def some_job() -> None: ...

    with dg.DagsterInstance.ephemeral() as instance:
        run = instance.create_run_for_job(some_job)
        instance.report_dagster_event(
            dg.DagsterEvent(dg.DagsterEventType.PIPELINE_START.value, some_job.name), run.run_id
        )
        assert runs.end_dead(instance, home) == []
        monkeypatch.setattr(runs, "BOOT", runs.BOOT * 0)
        assert runs.end_dead(instance, home) == [run.run_id]


def test_the_process_id_is_of_the_holder(home: Home) -> None:
    with lock.alone(home, "bygget"):
        assert lock.holder(home).startswith(f"bygget, process {os.getpid()}, since ")
