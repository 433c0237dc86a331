"""The notebook and the commands of docs/analysts_database.md, run on the examples' release."""

from __future__ import annotations

import importlib.util
import re
import shlex
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from dagster_project.release.releases import current
from dagster_project.settings import Home

DOCS = Path(__file__).resolve().parents[2] / "docs"


def test_the_notebook_runs_and_shows_the_printed_figures(example_home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    release = current(example_home, 2020)
    assert release is not None
    monkeypatch.setenv("UPPFOLJNING_DB", str(release.database))
    spec = importlib.util.spec_from_file_location("analys", DOCS / "notebooks" / "analys.py")
    assert spec is not None
    assert spec.loader is not None
    notebook = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(notebook)
    _, shown = notebook.app.run()
    assert {"webbtidbok", "legitimationsyrken_balans"} <= set(shown["innehall"]["tabell"])
    assert shown["ordlista"]["beskrivning"].notna().all()
    brist = shown["brist"].set_index("yrke")
    assert (brist.loc["Sjuksköterska", "antal"], brist.loc["Sjuksköterska", "n"]) == (132, 226)
    assert (len(shown["svarsfrekvens"]), shown["svarsfrekvens"]["inkomna"].sum()) == (21, 226)


def test_the_commands_of_the_guide(
    example_home: Home, uppfoljning: Callable[..., Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    text = (DOCS / "analysts_database.md").read_text(encoding="utf-8")
    commands = re.findall(r"^uppfoljning ((?:query|trace|tables|describe)\b.*)$", text, flags=re.MULTILINE)
    assert len(commands) == 6
    for command in commands:
        done = uppfoljning("--home", example_home.root, *shlex.split(command, comments=True))
        assert done.code == 0, done.err
    assert (tmp_path / "webbtidbok.parquet").is_file()


def test_python_of_the_guide(example_home: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "data").symlink_to(example_home.root)
    code = re.findall(
        r"```python\n(.*?)```", (DOCS / "analysts_database.md").read_text(encoding="utf-8"), flags=re.DOTALL
    )
    names: dict[str, Any] = {}
    exec(code[0], names)
    assert names["tabell_2"]["visa_tid"].sum() == 5076
