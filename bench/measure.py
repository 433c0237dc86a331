"""Whole commands measured from start to exit, and one way of printing the outcome."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console
from rich.table import Table

from dagster_project.settings import PROJECT

ENV = {**os.environ, "DAGSTER_DISABLE_TELEMETRY": "1", "DO_NOT_TRACK": "1", "DBT_SEND_ANONYMOUS_USAGE_STATS": "false"}
BIN = Path(sys.executable).parent


@dataclass(frozen=True)
class Cost:
    """What a command took: seconds of wall clock and of all processors together, bytes of memory at its peak, and what it said."""

    wall: float
    cpu: float
    peak: int
    out: str = ""


def measured(*command: str, env: Mapping[str, str] | None = None) -> Cost:
    """Run a command of this checkout to its end.

    :raises RuntimeError: it ends with another exit code than 0.
    """
    environment = {**ENV, "PYTHONPATH": str(PROJECT), **(env or {})}
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        start = time.perf_counter()
        process = subprocess.Popen(command, env=environment, stdout=out, stderr=err)
        _, status, usage = os.wait4(process.pid, 0)
        wall = time.perf_counter() - start
        process.returncode = os.waitstatus_to_exitcode(status)
        said = []
        for stream in (out, err):
            stream.seek(0)
            said.append(stream.read().decode(errors="replace"))
    if process.returncode:
        raise RuntimeError(
            f"{' '.join(command)} ended with {process.returncode}:\n{said[0][-2000:]}\n{said[1][-2000:]}"
        )
    return Cost(wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss * 1024, said[0])


def python(*arguments: str) -> Cost:
    """Run a Python module or program of this checkout in a process of its own."""
    return measured(sys.executable, *arguments)


def show(title: str, headings: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """Print a table; the first and the last column are text."""
    table = Table(title=title, title_justify="left")
    for number, heading in enumerate(headings):
        table.add_column(heading, justify="left" if number in (0, len(headings) - 1) else "right")
    for row in rows:
        table.add_row(*row)
    Console(width=None if sys.stdout.isatty() else 140).print(table)


def markdown(headings: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """The same table as Markdown."""
    lines = [headings, ["---"] * len(headings), *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines) + "\n"
