"""Damaged deliveries are read right or told: a small part of ``make fuzz``, with a seed of its own (bench/fuzz)."""

from __future__ import annotations

import re
import subprocess
import sys

from dagster_project.settings import PROJECT as REPO

#: What is known and not mended yet stands in docs/reliability.md; here nothing may break, whatever it says.
CASES = 60


def test_no_damaged_delivery_breaks_the_door() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "bench.fuzz", "--cases", str(CASES), "--seed", "7", "--workers", "1", "--only-breaks"],
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
