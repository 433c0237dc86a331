"""Whole commands measured from start to exit, and one way of printing the outcome."""

from __future__ import annotations

import os
import platform
import re
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


def measured(*command: str, env: Mapping[str, str] | None = None, cwd: Path | None = None) -> Cost:
    """Run a command of this checkout to its end.

    :raises RuntimeError: it ends with another exit code than 0.
    """
    environment = {**ENV, "PYTHONPATH": str(PROJECT), **(env or {})}
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        start = time.perf_counter()
        process = subprocess.Popen(command, env=environment, stdout=out, stderr=err, cwd=cwd)
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


def machine() -> str:
    """What was measured on, and at which commit."""
    versions = ", ".join(f"{name} {__import__(name).__version__}" for name in ("duckdb", "polars", "pandas"))
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1e9
    asked = ["git", "log", "-1", "--format=%h"]
    commit = subprocess.run(asked, cwd=PROJECT, capture_output=True, text=True, check=False).stdout.strip()
    return f"{os.cpu_count()} processors, {memory:.0f} GB of memory, Python {platform.python_version()}, {versions}, commit {commit}."


def section(name: str, text: str) -> None:
    """Replace what stands between ``<!-- name -->`` and ``<!-- end -->`` in docs/performance.md."""
    page = PROJECT / "docs" / "performance.md"
    marked = re.compile(rf"(<!-- {re.escape(name)} -->\n).*?(<!-- end -->)", re.DOTALL)
    replaced, count = marked.subn(lambda found: found[1] + text + found[2], page.read_text(encoding="utf-8"))
    assert count == 1, f"docs/performance.md has {count} sections {name}"
    page.write_text(replaced, encoding="utf-8")
