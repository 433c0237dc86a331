"""``python -m bench.chaos.child HOME STATES COMMAND ...``: a command of the product, and a copy of its home folder at every step it takes.

A step is a renaming, a link or a removal in the home folder. The copy, made just before the step, is what a kill at that moment would have
left: what the process had not written yet is not in it. It is made while the process stands still.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

STEPS = {
    "os.rename": "rename",
    "os.link": "link",
    "os.symlink": "link",
    "os.remove": "remove",
    "os.rmdir": "remove",
    "os.truncate": "truncate",
}


class Watch:
    """Copies ``home`` to ``states/<number>`` before every step, with what the step is in ``states/<number>.json``."""

    def __init__(self, home: Path, states: Path) -> None:
        self.home, self.states, self.count, self.busy = home, states, 0, False

    def __call__(self, event: str, args: tuple[Any, ...]) -> None:
        if event not in STEPS or self.busy:
            return
        self.busy = True
        try:
            paths = [path for path in map(self._place, args[:2], self._folders(event, args)) if path]
            if paths:
                self._copy(STEPS[event], paths)
        finally:
            self.busy = False

    @staticmethod
    def _folders(event: str, args: tuple[Any, ...]) -> tuple[int, int]:
        """The open folders that the names of a step are seen from; -1: none."""
        folders = [] if event == "os.truncate" else [part for part in args[1:] if isinstance(part, int)]
        first = folders[0] if folders else -1
        return first, folders[1] if event in ("os.rename", "os.link") and len(folders) > 1 else first

    def _place(self, name: object, folder: int) -> str | None:
        """Where in the home folder a name of a step lies; nothing when it is elsewhere."""
        if not isinstance(name, str | bytes | os.PathLike):
            return None
        path = Path(os.fsdecode(name))
        if not path.is_absolute():
            path = (Path(f"/proc/self/fd/{folder}").readlink() if folder >= 0 else Path.cwd()) / path
        path = Path(os.path.normpath(path))
        return path.relative_to(self.home).as_posix() if path.is_relative_to(self.home) else None

    def _copy(self, step: str, paths: list[str]) -> None:
        state = self.states / f"{self.count:05d}"
        subprocess.run(["cp", "-a", "--reflink=auto", self.home, state], check=True)
        state.with_suffix(".json").write_text(json.dumps({"steg": step, "vad": paths}), encoding="utf-8")
        self.count += 1


def main() -> None:
    home, states, *command = sys.argv[1:]
    sys.addaudithook(Watch(Path(home), Path(states)))
    from dagster_project.cli import main as uppfoljning

    sys.argv = ["uppfoljning", "--home", home, *command]
    uppfoljning()


if __name__ == "__main__":
    main()
