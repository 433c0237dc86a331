"""The annual build from a command: the very job that the web interface and the schedule run, in this process.

The run is written to the home folder's Dagster storage, so that it is seen in the web interface afterwards.
"""

from __future__ import annotations

import gc
import logging
import os
import uuid
from collections.abc import Callable
from typing import Any

from dagster_project import lock, rapporter
from dagster_project.deliveries.register import Register
from dagster_project.errors import NothingPublished, UserError
from dagster_project.settings import Home
from dagster_project.standing import Outcome, inputs, keep, standing

__all__ = ["Outcome", "prepare", "run", "standing"]

DAGSTER_YAML = """# Written by uppfoljning; Dagster's own settings for this home folder.
nux:
  enabled: false
telemetry:
  enabled: false
python_logs:
  managed_python_loggers: [uppfoljning]
  python_log_level: INFO
event_log_storage:
  module: dagster_project.eventlog
  class: EventLog
  config: {}
concurrency:
  runs:
    max_concurrent_runs: 1
# As often as a run's tags say; only those that start by themselves say it.
run_retries:
  enabled: true
  max_retries: 0
"""


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


class _Progress(logging.Handler):
    def __init__(self, say: Callable[[str], None]) -> None:
        super().__init__(logging.INFO)
        self.say = say

    def emit(self, record: logging.LogRecord) -> None:
        self.say(record.getMessage())


def run(home: Home, ar: int, say: Callable[[str], None], *, full_refresh: bool = False) -> Outcome:
    """Build reporting year ``ar``. Where nothing has changed since its last build, that build's outcome still stands.

    :param say: called with one line for every step, for a progress display.
    :param full_refresh: compute every month and write the release anew, whatever is kept.
    :raises NothingPublished: the run failed, and the last release stands.
    :raises UserError: another build is running, or there is no such reporting year.
    """
    prepare(home)
    logger = logging.getLogger("uppfoljning")
    logger.setLevel(logging.INFO)
    handler = _Progress(say)
    logger.addHandler(handler)
    try:
        with lock.alone(home, f"uppfoljning build --year {ar}"):
            Register(home.register).check()
            say("looking for something new")
            if not full_refresh and (outcome := standing(home, ar)):
                return outcome
            started_from = inputs(home)
            say("loading Dagster and the dbt project")
            outcome = _run(home, ar, full_refresh)
            keep(home, ar, started_from, outcome)
            return outcome
    finally:
        logger.removeHandler(handler)


def _run(home: Home, ar: int, full_refresh: bool) -> Outcome:
    # Nearly all that Dagster and dbt make lives as long as the build: Python looks through it for what nobody holds any more time and again,
    # which costs a sixth of both.
    gc.set_threshold(100_000, 20, 20)
    import dagster as dg

    from dagster_project import runs
    from dagster_project.definitions import build_defs
    from dagster_project.release import releases

    if ar not in (known := rapporter.years()):
        raise UserError(
            f"{ar} is no reporting year: no report, agreement or assignment is of it. Choose one of {', '.join(map(str, known))}"
        )
    before = releases.current(home, ar)
    run_id = str(uuid.uuid4())
    lock.show_life(home, run_id)
    with dg.DagsterInstance.get() as instance:
        runs.end_dead(instance, home)
        result = (
            build_defs(home)
            .resolve_job_def("arsbygge")
            .execute_in_process(
                run_id=run_id,
                partition_key=str(ar),
                instance=instance,
                raise_on_error=False,
                run_config={
                    "loggers": {"console": {"config": {"log_level": "CRITICAL"}}},
                    "ops": {op: {"config": {"full_refresh": full_refresh}} for op in ("dbt", "utgava")},
                },
            )
        )
    release = releases.current(home, ar)
    if not result.success or release is None:
        raise NothingPublished(_reason(result))
    outcome = Outcome(
        release, created=before is None or release.id != before.id, held=dict(release.manifest["hallna_marter"])
    )
    outcome.told = _deliveries(home, ar, release)
    for check in result.get_asset_check_evaluations():
        if not check.passed:
            said = (check.asset_key.to_user_string(), check.check_name, check.description or _told(check.metadata))
            (outcome.blocking if check.severity == dg.AssetCheckSeverity.ERROR else outcome.remarks).append(said)
    outcome.lasting = not any(
        _value(about, "tillfalligt") is True or _value(about, "status") not in (None, "pass", "warn", "fail")
        for about in (
            *(event.materialization.metadata for event in result.get_asset_materialization_events()),
            *(check.metadata for check in result.get_asset_check_evaluations()),
        )
    )
    return outcome


def _deliveries(home: Home, ar: int, release: Any) -> list[tuple[str, str]]:
    """What has become of the deliveries, and how many of those expected there are."""
    from dagster_project.deliveries import summary
    from dagster_project.release import questions

    with questions.opened(release.house) as con:
        expected = con.execute("select kalla, status, count(*) from mart.leveransstatus group by all").fetchall()
        rates = con.execute("""
            select kalla, min(svarsfrekvens), max(troskel), count(*)
            from mart.svarsfrekvens where niva = 'riket' and inkomna > 0 group by kalla""").fetchall()
    status: dict[str, dict[str, int]] = {}
    for kalla, kind, number in expected:
        status.setdefault(kalla, {})[kind] = number
    found = summary.said(home, Register(home.register), ar, status, {kalla: rate for kalla, *rate in rates})
    return [(line.slag, line.text) for line in found]


def _value(metadata: Any, name: str) -> Any:
    return metadata[name].value if name in metadata else None


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
