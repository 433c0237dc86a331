"""The annual build from a command: the very job that the web interface and the schedule run, in this process.

The run is written to the home folder's Dagster storage, so that it is seen in the web interface afterwards.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from filelock import FileLock, Timeout

from dagster_project.errors import NothingPublished, UserError
from dagster_project.settings import Home

DAGSTER_YAML = """# Written by uppfoljning; Dagster's own settings for this home folder.
nux:
  enabled: false
telemetry:
  enabled: false
python_logs:
  managed_python_loggers: [uppfoljning]
  python_log_level: INFO
concurrency:
  runs:
    max_concurrent_runs: 1
"""


@dataclass
class Outcome:
    """What a build led to. ``blocking`` and ``remarks`` are (asset, check, what it says)."""

    release: Any
    created: bool
    blocking: list[tuple[str, str, str]] = field(default_factory=list)
    remarks: list[tuple[str, str, str]] = field(default_factory=list)
    held: dict[str, str] = field(default_factory=dict)


def prepare(home: Home) -> None:
    """Make the home folder usable by Dagster: its settings, and the environment that points there."""
    home.create()
    settings = home.dagster / "dagster.yaml"
    if not settings.is_file():
        settings.write_text(DAGSTER_YAML, encoding="utf-8")
    os.environ.update(
        DAGSTER_HOME=str(home.dagster),
        UPPFOLJNING_HOME=str(home.root),
        DAGSTER_DISABLE_TELEMETRY="1",
        DO_NOT_TRACK="1",
        GX_ANALYTICS_ENABLED="false",
    )


@contextmanager
def _alone(home: Home) -> Iterator[None]:
    """One build at a time in a home folder. The lock goes with the process, however it ends."""
    lock = FileLock(home.root / ".bygge.lock", blocking=False)
    try:
        lock.acquire()
    except Timeout:
        raise UserError(f"another build is running in {home.root}: wait until it is done") from None
    try:
        yield
    finally:
        lock.release()


class _Progress(logging.Handler):
    def __init__(self, say: Callable[[str], None]) -> None:
        super().__init__(logging.INFO)
        self.say = say

    def emit(self, record: logging.LogRecord) -> None:
        self.say(record.getMessage())


def run(home: Home, ar: int, say: Callable[[str], None]) -> Outcome:
    """Build reporting year ``ar``.

    :param say: called with one line for every step, for a progress display.
    :raises NothingPublished: the run failed, and the last release stands.
    """
    prepare(home)
    logger = logging.getLogger("uppfoljning")
    logger.setLevel(logging.INFO)
    handler = _Progress(say)
    logger.addHandler(handler)
    try:
        with _alone(home):
            say("loading Dagster and the dbt project")
            return _run(home, ar)
    finally:
        logger.removeHandler(handler)


def _run(home: Home, ar: int) -> Outcome:
    import dagster as dg

    from dagster_project.definitions import defs
    from dagster_project.partitions import reporting_years
    from dagster_project.release import releases

    if str(ar) not in reporting_years.get_partition_keys():
        known = reporting_years.get_partition_keys()
        raise UserError(f"{ar} is no reporting year: choose one from {known[0]} to {known[-1]}")
    before = releases.current(home, ar)
    with dg.DagsterInstance.get() as instance:
        result = defs.resolve_job_def("arsbygge").execute_in_process(
            partition_key=str(ar),
            instance=instance,
            raise_on_error=False,
            run_config={"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}},
        )
    release = releases.current(home, ar)
    if not result.success or release is None:
        raise NothingPublished(_reason(result))
    outcome = Outcome(
        release, created=before is None or release.id != before.id, held=dict(release.manifest["hallna_marter"])
    )
    for check in result.get_asset_check_evaluations():
        if not check.passed:
            said = (check.asset_key.to_user_string(), check.check_name, check.description or _told(check.metadata))
            (outcome.blocking if check.severity == dg.AssetCheckSeverity.ERROR else outcome.remarks).append(said)
    return outcome


def _told(metadata: Any) -> str:
    return ", ".join(f"{k}: {v.value}" for k, v in metadata.items() if v.value)


def _reason(result: Any) -> str:
    """The first error of a failed run, in one line."""
    for event in result.all_events:
        if event.is_failure and event.event_specific_data is not None:
            error = getattr(event.event_specific_data, "error", None)
            while error is not None and error.cause is not None:
                error = error.cause
            if error is not None:
                return f"{event.step_key}: {error.message.strip().splitlines()[0]}"
    return "the run failed without saying why; see the web interface (uppfoljning serve)"
