"""A copy of a home folder in another place, and the way back.

A backup folder holds every content once, by its hash (``innehall/<aa>/<sha256>``), and a list per backup taken
(``kopia-<moment>.json``): the files with hash, size, time and mode, links with what they point at. So a later backup adds only what is
new, and a file that has not changed since the last one is not read. What a build makes anew is left out: its own databases, its working
folder, Dagster's log of runs.
"""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing
from datetime import datetime
from pathlib import Path
from typing import Any

from dagster_project import digest, lock
from dagster_project.errors import UserError
from dagster_project.settings import Home

LIST = "kopia-*.json"
_REGISTER = "register.sqlite"


def _left_out(home: Home) -> set[Path]:
    return {home.warehouse, home.tmp, home.dagster, *home.root.glob(".bygge*"), *home.root.glob(f"{_REGISTER}-*")}


def backups(folder: Path) -> list[Path]:
    """The lists in a backup folder, oldest first."""
    return sorted(folder.glob(LIST))


def take(home: Home, folder: Path) -> tuple[Path, int]:
    """Copy a home folder. No build can run meanwhile, and a reader is not disturbed.

    :returns: the list that was written, and how many contents were new.
    :raises UserError: a build is running, or ``folder`` lies in the home folder.
    """
    folder = folder.resolve()
    if folder.is_relative_to(home.root):
        raise UserError(f"{folder} lies in the home folder: choose a place outside it, on another disk")
    before = backups(folder)
    known = {f["namn"]: f for f in _read(before[-1])["filer"]} if before else {}
    new = 0
    with lock.alone(home, f"uppfoljning backup {folder}"), tempfile.TemporaryDirectory() as work:
        rows: list[dict[str, Any]] = []
        first: dict[tuple[int, int], str] = {}
        for path in _walk(home.root, _left_out(home)):
            name = path.relative_to(home.root).as_posix()
            if path.is_symlink():
                rows.append({"namn": name, "lank": path.readlink().as_posix()})
                continue
            if path.is_dir():
                rows.append({"namn": name, "mapp": True})
                continue
            stat = path.stat()
            about = {"namn": name, "byte": stat.st_size, "andrad": stat.st_mtime_ns, "mode": stat.st_mode & 0o777}
            if earlier := first.get((stat.st_dev, stat.st_ino)):
                rows.append({**about, "samma_som": earlier})
                continue
            first[stat.st_dev, stat.st_ino] = name
            source = _settled(path, Path(work)) if name == _REGISTER else path
            same = {k: known.get(name, {}).get(k) for k in about} == about and "sha256" in known[name]
            sha256 = known[name]["sha256"] if same and source == path else digest.content(source)
            new += _add(folder, source, sha256)
            rows.append({**about, "sha256": sha256})
        target = folder / f"kopia-{datetime.now():%Y%m%dT%H%M%S%f}.json"
        unfinished = target.with_suffix(".part")
        unfinished.write_text(
            json.dumps({"hem": str(home.root), "filer": rows}, ensure_ascii=False, indent=0), encoding="utf-8"
        )
        unfinished.replace(target)
    return target, new


def restore(folder: Path, home: Home, taken: Path | None = None) -> int:
    """Make a home folder out of a backup: the last one, or the list ``taken``. Every content is held against its hash.

    :returns: how many files were written.
    :raises UserError: there is no backup, there is something in the home folder, or a content is gone or damaged.
    """
    lists = backups(folder)
    if not lists:
        raise UserError(f"there is no backup in {folder}")
    if home.root.exists() and any(home.root.iterdir()):
        raise UserError(f"{home.root} is not empty: name a new home folder with --home")
    rows = _read(taken or lists[-1])["filer"]
    damaged = sorted(
        {r["namn"] for r in rows if "sha256" in r and _digest_or_none(_blob(folder, r["sha256"])) != r["sha256"]}
    )
    if damaged:
        raise UserError(
            f"the backup is damaged, nothing was restored: {', '.join(damaged[:3])} ({len(damaged)} in all)"
        )
    home.create()
    written = 0
    for row in rows:
        target = home.root / row["namn"]
        target.parent.mkdir(parents=True, exist_ok=True)
        if "mapp" in row:
            target.mkdir(exist_ok=True)
        elif "lank" in row:
            target.symlink_to(row["lank"])
        elif "samma_som" in row:
            os.link(home.root / row["samma_som"], target)
            written += 1
        else:
            shutil.copyfile(_blob(folder, row["sha256"]), target)
            target.chmod(row["mode"])
            os.utime(target, ns=(row["andrad"], row["andrad"]))
            written += 1
    return written


def _walk(folder: Path, left_out: set[Path]) -> Iterator[Path]:
    for path in sorted(folder.iterdir()):
        if path in left_out:
            continue
        if path.is_symlink() or not path.is_dir():
            yield path
        else:
            yield path
            yield from _walk(path, left_out)


def _settled(path: Path, work: Path) -> Path:
    """The register with what still lies in its log."""
    copy = work / path.name
    with closing(sqlite3.connect(path)) as there, closing(sqlite3.connect(copy)) as here:
        there.backup(here)
    return copy


def _blob(folder: Path, sha256: str) -> Path:
    return folder / "innehall" / sha256[:2] / sha256


def _add(folder: Path, source: Path, sha256: str) -> bool:
    target = _blob(folder, sha256)
    if target.is_file():
        return False
    target.parent.mkdir(parents=True, exist_ok=True)
    unfinished = target.with_suffix(".part")
    shutil.copyfile(source, unfinished)
    unfinished.chmod(0o400)
    unfinished.replace(target)
    return True


def _read(path: Path) -> dict[str, Any]:
    try:
        found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise UserError(f"{path} cannot be read as a backup's list: {error}") from None
    return found


def _digest_or_none(path: Path) -> str | None:
    return digest.content(path) if path.is_file() else None
