"""Damaged deliveries are read right or told: a small part of ``make fuzz``, with a seed of its own (bench/fuzz)."""

from __future__ import annotations

import re
import subprocess
import sys

from dagster_project.settings import PROJECT as REPO

#: A tenth of what ``make fuzz`` tries where nothing else is asked for.
CASES = 60


def test_damaged_deliveries_are_read_right_or_told() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "bench.fuzz", "--cases", str(CASES), "--seed", "7", "--workers", "1"],
        cwd=REPO,
        capture_output=True,
        text=True,
        timeout=1200,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr[-2000:]
    found = re.search(r"tried (\d+), read right (\d+), told (\d+)", done.stdout)
    assert found, done.stdout
    assert int(found[1]) == CASES
    assert int(found[2]) > 0
    assert int(found[3]) > 0
