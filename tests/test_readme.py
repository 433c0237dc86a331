"""README: every command in it runs as it is typed after ``make report``."""

from __future__ import annotations

import re
import shlex
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from dagster_project.settings import PROJECT, Home

README = (PROJECT / "README.md").read_text(encoding="utf-8")


def commands() -> list[list[str]]:
    """The lines of the blocks that are to be typed, as a shell takes them apart."""
    blocks = re.findall(r"```sh\n(.*?)```", README, re.DOTALL)
    return [shlex.split(line, comments=True) for block in blocks for line in block.splitlines() if line.strip()]


def test_every_reader_finds_commands() -> None:
    roles = [part.split(":")[0] for part in re.findall(r"^### (.+)$", README, re.MULTILINE)]
    assert roles == ["Editor", "Analyst", "Sender", "Operator", "Developer"]
    assert len(commands()) >= 15
    assert {words[0] for words in commands()} == {"uppfoljning"}


def test_every_command_runs_as_it_stands(
    uppfoljning: Callable[..., Any], example_home: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copytree(example_home.root, tmp_path / "data", symlinks=True)
    (tmp_path / "examples").symlink_to(PROJECT / "examples")
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("UPPFOLJNING_HOME", raising=False)
    for _, *words in commands():
        ran = uppfoljning(*words)
        assert ran.code == 0, (words, ran.err)
        assert "Traceback" not in ran.err
    for written in (
        "out/index.html",
        "mall.xlsx",
        "svarsfrekvens.parquet",
        "granskning",
        "kopia",
    ):
        assert (tmp_path / written).exists(), written


def test_every_file_that_readme_leads_to_is_there() -> None:
    for target in re.findall(r"\]\(([^)#]+)\)", README):
        assert (PROJECT / target).exists(), target
