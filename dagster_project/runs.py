"""Runs whose process is gone: Dagster's storage would show them as started for ever, and let no other run begin."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import dagster as dg

from dagster_project import lock
from dagster_project.settings import Home

UNFINISHED = [dg.DagsterRunStatus.STARTING, dg.DagsterRunStatus.STARTED, dg.DagsterRunStatus.CANCELING]

#: How long a run may take until it shows that it lives: its process loads the definitions first.
BOOT = timedelta(minutes=10)


def end_dead(instance: dg.DagsterInstance, home: Home) -> list[str]:
    """Mark every unfinished run as failed whose process was killed.

    :returns: their ids.
    """
    dead = []
    for record in instance.get_run_records(dg.RunsFilter(statuses=UNFINISHED)):
        run = record.dagster_run
        lives = lock.lives(home, run.run_id)
        if lives or (lives is None and datetime.now(UTC) - record.update_timestamp.replace(tzinfo=UTC) < BOOT):
            continue
        now = instance.get_run_by_id(run.run_id)  # it may have come to its end meanwhile
        if now is not None and now.status in UNFINISHED:
            instance.report_run_failed(now, "The process of this run was killed or died before the run was done.")
            dead.append(run.run_id)
    lock.forget_dead(home)
    return dead
