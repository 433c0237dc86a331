"""What cuts builds off and damages home folders (bench/chaos) sees what it should see. The campaigns themselves are nightly."""

from __future__ import annotations

import json
import os
import random
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from bench.chaos import damage, world
from dagster_project.settings import PROJECT as REPO
from dagster_project.settings import Home

STEPS = """
import os, shutil, sys
from pathlib import Path
from bench.chaos.child import Watch
home = Path(sys.argv[1])
sys.addaudithook(Watch(home, Path(sys.argv[2])))
(home / "ny").write_text("ny", encoding="utf-8")
(home / "ny").replace(home / "fil")
os.link(home / "fil", home / "lank")
shutil.rmtree(home / "mapp")
(home.parent / "utanfor").unlink()
"""


def test_a_state_is_kept_before_every_step_in_the_home_folder(tmp_path: Path) -> None:
    home, states = tmp_path / "hem", tmp_path / "lagen"
    (home / "mapp").mkdir(parents=True)
    states.mkdir()
    (home / "mapp" / "inne").write_text("x", encoding="utf-8")
    (tmp_path / "utanfor").write_text("x", encoding="utf-8")
    subprocess.run([sys.executable, "-c", STEPS, home, states], cwd=REPO, check=True)
    told = [json.loads(path.read_text(encoding="utf-8")) for path in sorted(states.glob("*.json"))]
    assert [(step["steg"], step["vad"]) for step in told] == [
        ("rename", ["ny", "fil"]),
        ("link", ["fil", "lank"]),
        ("remove", ["mapp/inne"]),
        ("remove", ["mapp"]),
    ]
    seen = [sorted(p.relative_to(state).as_posix() for p in state.rglob("*")) for state in sorted(states.glob("?????"))]
    assert seen == [
        ["mapp", "mapp/inne", "ny"],
        ["fil", "mapp", "mapp/inne"],
        ["fil", "lank", "mapp", "mapp/inne"],
        ["fil", "lank", "mapp"],
    ]


def test_a_reader_is_told_of_a_release_that_is_not_whole(example_home: Home, tmp_path: Path) -> None:
    home = Home(tmp_path / "hem")
    shutil.copytree(example_home.releases, home.releases, symlinks=True)
    assert world.Reader().faults(home) == []
    table = next((home.releases / "current" / "csv").glob("*.csv"))
    table.chmod(0o644)
    table.write_text("annat", encoding="utf-8")
    assert [fault.split(": ")[1] for fault in world.Reader().faults(home)] == [
        f"csv/{table.name} is not as it was published"
    ]
    (home.releases / "current").unlink()
    assert world.Reader().faults(home) == ["no release is pointed at"]


def test_a_damage_is_another_content(tmp_path: Path) -> None:
    for number, change in enumerate(damage.DAMAGES):
        file = tmp_path / f"{number}"
        file.write_bytes(os.urandom(64))
        before = file.read_bytes()
        change(file, random.Random(number))
        assert not file.exists() or file.read_bytes() != before


def test_a_traceback_and_silence_are_ill_said() -> None:
    assert damage.ill_said(3, "the register is damaged: run 'uppfoljning repair'") == []
    assert damage.ill_said(1, "") == []
    assert [fault.split(":")[0] for fault in damage.ill_said(3, "Traceback (most recent call last)")] == ["a traceback"]
    assert [fault.split(":")[0] for fault in damage.ill_said(-11, "")] == ["exit code -11", "not a word"]


@pytest.mark.nightly
@pytest.mark.parametrize(
    "campaign",
    [
        ["bench.chaos", "--states", "2", "--kills", "4"],
        ["bench.chaos.damage", "--files", "4", "--fills", "0"],
    ],
    ids=lambda words: str(words[0]),
)
def test_nothing_is_lost_in_a_small_campaign(campaign: list[str]) -> None:
    done = subprocess.run(
        [sys.executable, "-m", *campaign, "--seed", "7"],
        cwd=REPO,
        capture_output=True,
        text=True,
        timeout=3600,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr[-2000:]
