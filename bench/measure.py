"""Timing of whole commands, and one way of printing the outcome."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from rich.console import Console
from rich.table import Table

ENV = {**os.environ, "DAGSTER_DISABLE_TELEMETRY": "1", "DO_NOT_TRACK": "1", "DBT_SEND_ANONYMOUS_USAGE_STATS": "false"}
BIN = Path(sys.executable).parent


def seconds(*command: str, env: Mapping[str, str] | None = None, ok: Sequence[int] = (0,)) -> float:
    """How long a command takes, from start to exit.

    :raises RuntimeError: it ends with another exit code than ``ok``.
    """
    start = time.perf_counter()
    done = subprocess.run(command, env={**ENV, **(env or {})}, capture_output=True, text=True, check=False)
    if done.returncode not in ok:
        raise RuntimeError(
            f"{' '.join(command)} ended with {done.returncode}:\n{done.stdout[-2000:]}\n{done.stderr[-2000:]}"
        )
    return time.perf_counter() - start


def show(title: str, rows: Sequence[tuple[str, float, float | None, str]]) -> None:
    """Print (what, seconds, ratio to the peer, target)."""
    table = Table(title=title, title_justify="left")
    for heading in ("what", "seconds", "ratio", "target"):
        table.add_column(heading, justify="left" if heading in ("what", "target") else "right")
    for what, took, ratio, target in rows:
        table.add_row(what, f"{took:.1f}", "" if ratio is None else f"{ratio:.2f}", target)
    Console().print(table)
