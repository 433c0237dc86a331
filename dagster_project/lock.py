"""One build at a time in a home folder, however it was started; and which process each run of Dagster lives in.

Both are file locks of the operating system: they go with their process, however it ends.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from filelock import FileLock, Timeout

from dagster_project.errors import UserError
from dagster_project.settings import Home


def _lock(home: Home) -> FileLock:
    return FileLock(home.root / ".bygge.lock", is_singleton=True, thread_local=False)


def _note(home: Home) -> Path:
    """Who holds the lock; beside it, since a locked file cannot be read everywhere."""
    return home.root / ".bygge.json"


def holder(home: Home) -> str:
    """Who holds the lock, or held it last, in words."""
    try:
        note = json.loads(_note(home).read_text(encoding="utf-8"))
        return f"{note['vem']}, process {note['process']}, since {note['sedan']}"
    except (OSError, ValueError, KeyError):
        return "it does not say which"


@contextmanager
def alone(home: Home, who: str, wait: float = 0) -> Iterator[None]:
    """Hold the home folder. Within one process it may be taken again by those who are called.

    Whoever takes it first sweeps what killed builds left in ``tmp``: deliveries' rows may lie there.

    :param who: what is said of the holder to those who come meanwhile.
    :param wait: seconds to wait for another build to end.
    :raises UserError: another build is running; the message says which.
    """
    lock = _lock(home)
    try:
        lock.acquire(timeout=wait)
    except Timeout:
        raise UserError(f"another build is running in {home.root} ({holder(home)}): wait until it is done") from None
    try:
        if lock.lock_counter == 1:
            _sweep(home)
            note = {"vem": who, "process": os.getpid(), "sedan": f"{datetime.now():%Y-%m-%d %H:%M:%S}"}
            _note(home).write_text(json.dumps(note, ensure_ascii=False), encoding="utf-8")
        yield
    finally:
        lock.release()


def is_free(home: Home) -> bool:
    """Whether nobody, or this process itself, holds the home folder."""
    lock = _lock(home)
    try:
        lock.acquire(timeout=0)
    except Timeout:
        return False
    lock.release()
    return True


def _sweep(home: Home) -> None:
    # Until release 0.1 working folders lay in the home folder itself.
    for path in [*home.tmp.glob("*"), *home.root.glob("tmp????????")]:
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        else:
            path.unlink()


# --- runs ---------------------------------------------------------------------------------------------------------------


def _life(home: Home, run_id: str) -> Path:
    return home.dagster / "levande" / f"{run_id}.lock"


#: Held until this process ends: a run is over only after all that it took has been given back.
_mine: dict[str, FileLock] = {}


def show_life(home: Home, run_id: str) -> None:
    """Let others see that a run lives, for as long as this process does."""
    path = _life(home, run_id)
    path.parent.mkdir(parents=True, exist_ok=True)
    lock = _mine.setdefault(run_id, FileLock(path))
    if not lock.is_locked:
        lock.acquire(timeout=0)


def lives(home: Home, run_id: str) -> bool | None:
    """Whether the process of a run lives; None when the run never came so far as to show it."""
    path = _life(home, run_id)
    if not path.is_file():
        return None
    return run_id in _mine or not _taken(path)


def forget_dead(home: Home) -> None:
    """Take away what processes that have ended left."""
    for path in home.dagster.glob("levande/*.lock"):
        if path.stem not in _mine and _taken(path):
            path.unlink(missing_ok=True)


def _taken(path: Path) -> bool:
    """Whether the lock could be had, and so is nobody's."""
    try:
        with FileLock(path, timeout=0):
            return True
    except Timeout:
        return False
