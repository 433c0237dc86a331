"""Judging a hand-made delivery in one call."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import made_files
import pytest

from dagster_project.deliveries import intake
from dagster_project.deliveries.door import Granskning
from dagster_project.sources import all_sources

#: A sidecar that says no more than is needed.
PERIOD = {"webbtidbok": {"period": "2020-03"}, "inriktningsdokument": {"period": "2020"}, "kommunenkat": {}}


@dataclass(frozen=True)
class Judged:
    """A verdict, and where the sender's report lies."""

    verdict: Granskning
    report: Path

    @property
    def findings(self) -> list[tuple[Any, ...]]:
        """Every finding as the sender meets it: level, sheet, row, column, found, expected, message, what is done."""
        return [
            (str(a.niva), a.blad, a.rad, a.kolumn, a.hittat, a.forvantat, a.meddelande, str(a.atgard))
            for a in self.verdict.anmarkningar
        ]

    @property
    def counts(self) -> tuple[str, int, int, int]:
        v = self.verdict
        return v.bedomning, v.lasta, v.godkanda, v.karantan


@pytest.fixture
def judge(tmp_path: Path) -> Callable[..., Judged]:
    """Write a delivery and judge it as ``uppfoljning check`` does."""

    def run(
        kalla: str,
        content: made_files.Rows | bytes,
        *,
        name: str = "fil.csv",
        sidecar: Mapping[str, Any] | str | None = None,
        **how: Any,
    ) -> Judged:
        path = tmp_path / name
        made_files.write(path, content, **how)
        said = PERIOD[kalla] if sidecar is None else sidecar
        if said:
            made_files.write_sidecar(path, said)
        _, verdict, report = intake.check(all_sources()[kalla], path, tmp_path / "granskning")
        return Judged(verdict, report)

    return run
