"""What the assets work with: the home folder, its register, and the lock that lets one build at a time into it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import dagster as dg
from pydantic import Field

from dagster_project import lock
from dagster_project.deliveries.register import Register
from dagster_project.settings import Home


class HomeResource(dg.ConfigurableResource):  # type: ignore[type-arg]
    """The home folder of a run. While a run has it, no other build is let in, wherever that was started."""

    root: str = Field(description="The home folder: landing, register, raw, releases.")
    wait: float = Field(default=6 * 3600, description="Seconds to wait for a build that is running already.")

    @property
    def home(self) -> Home:
        return Home(Path(self.root))

    @property
    def register(self) -> Register:
        return Register(self.home.register)

    @contextmanager
    def yield_for_execution(self, context: dg.InitResourceContext) -> Iterator[HomeResource]:
        """Wait for one's turn, and hold the home folder until the run is done. A sensor only looks, and does not wait.

        :raises UserError: another build is still running after ``wait`` seconds.
        """
        run = context.run
        if run is None:
            yield self
            return
        home = self.home
        home.create()
        lock.show_life(home, run.run_id)
        if not lock.is_free(home) and context.log is not None:
            context.log.info(f"waiting for another build in {home.root}: {lock.holder(home)}")
        what = " ".join(filter(None, (run.job_name, run.tags.get("dagster/partition"))))
        with lock.alone(home, f"Dagster run {run.run_id[:8]} of {what}", self.wait):
            yield self
