"""The runbook of a new year as a script: its blocks in order, carried out in a copy of the project."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

REPO = Path(__file__).resolve().parents[1]
PARTS = ("dagster_project", "dbt", "docs", "expectations", "seeds", "pyproject.toml", "requirements.lock")
#: What begins a year's proposals; a person decides each of them.
OPEN = "FYLL I"
_BLOCK = re.compile(r"^```(sh|diff)(?: (\S+))?\n(.*?)^```$", re.MULTILINE | re.DOTALL)


@dataclass(frozen=True)
class Block:
    """A block of the page: commands, or a change of ``path``; ``step`` is the heading it stands under."""

    step: int
    path: str | None
    text: str


def blocks(page: Path) -> Iterator[Block]:
    text = page.read_text(encoding="utf-8")
    for found in _BLOCK.finditer(text):
        step = re.findall(r"^## (\d+)\.", text[: found.start()], re.MULTILINE)[-1]
        yield Block(int(step), found[2], found[3])


def copied(place: Path) -> Path:
    """The project without its tests, as a copy that a year can be begun in."""
    for name in PARTS:
        source = REPO / name
        if source.is_dir():
            shutil.copytree(source, place / name, ignore=shutil.ignore_patterns("target", "logs", "__pycache__"))
        else:
            shutil.copy2(source, place / name)
    return place


def change(project: Path, block: Block) -> None:
    """Make the change of a diff: what is context or taken out must stand there once; nothing but lines put in go to the end of the file."""
    assert block.path
    path = project / block.path
    lines = block.text.splitlines()
    assert all(line[:1] in "+- " for line in lines), block
    before = [line[1:] for line in lines if line[0] != "+"]
    after = [line[1:] for line in lines if line[0] != "-"]
    if not path.exists():
        assert not before, f"{block.path} is not there"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("\n".join([*after, ""]), encoding="utf-8")
        return
    said = path.read_text(encoding="utf-8").splitlines()
    if before:
        places = [i for i in range(len(said)) if said[i : i + len(before)] == before]
        assert len(places) == 1, f"{block.path}: {before} stands there {len(places)} times"
        said[places[0] : places[0] + len(before)] = after
    else:
        said += after
    path.write_text("\n".join([*said, ""]), encoding="utf-8")


def decide(project: Path) -> None:
    """Take every proposal of ``year new`` as it is: in a cell the mark goes, in yml the remark that has it."""
    for path in sorted((project / "seeds").rglob("*.*")):
        if path.suffix in (".csv", ".yml") and OPEN in (text := path.read_text(encoding="utf-8")):
            text = text.replace(f"{OPEN}: ", "") if path.suffix == ".csv" else re.sub(rf" *# {OPEN}.*", "", text)
            path.write_text(text, encoding="utf-8")


@dataclass(frozen=True)
class Ran:
    code: int
    out: str
    err: str


def run(project: Path, command: str, home: Path | None = None) -> Ran:
    """A command of the page, run by the copy's own code in it, on the home folder that it has or another."""
    words = shlex.split(command, comments=True)
    if words == ["make", "schema"]:
        wanted = [["dagster_project.sources.schema"], ["dagster_project.warehouse.columns"]]
    else:
        assert words[0] == "uppfoljning", command
        wanted = [["dagster_project.cli", *words[1:]]]
    for module in wanted:
        done = subprocess.run(
            [sys.executable, "-m", *module],
            cwd=project,
            env={**os.environ, "PYTHONPATH": str(project), "UPPFOLJNING_HOME": str(home or project / "data")},
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            break
    return Ran(done.returncode, done.stdout, done.stderr)
