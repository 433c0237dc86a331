"""Whether a build would find nothing new, answered without loading what builds.

The outcome of a year's last build is kept beside the pointer to its release, with what it rests on. As long as all of that is as it
was, a build could only come to the same outcome. Whatever is touched, or cannot be read, leads to a build.
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
import sys
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from dagster_project.release import releases
from dagster_project.settings import DBT, EXPECTATIONS, PROJECT, SEEDS, Home

#: What computes and what it is told. Folders are read with all that is in them.
CODE = (
    PROJECT / "dagster_project",
    *(DBT / name for name in ("models", "macros", "tests", "dbt_project.yml", "profiles.yml")),
    SEEDS,
    EXPECTATIONS,
    PROJECT / "pyproject.toml",
    PROJECT / "requirements.lock",
)


@dataclass
class Outcome:
    """What a build led to. ``blocking`` and ``remarks`` are (asset, check, what it says); ``held`` has the reason by mart.

    ``told`` is what has become of the deliveries: (``kalla``, ``ok``, ``obs`` or ``fel``; a line of text).

    ``lasting`` is false where the same build may end otherwise the next time: something could not be done at all.
    """

    release: Any
    created: bool
    blocking: list[tuple[str, str, str]] = field(default_factory=list)
    remarks: list[tuple[str, str, str]] = field(default_factory=list)
    held: dict[str, str] = field(default_factory=dict)
    told: list[tuple[str, str]] = field(default_factory=list)
    lasting: bool = True


def inputs(home: Home) -> str:
    """A hash of what a build starts from: the files in landing by name, size and time, all code and reference data by content,
    the names to hide, the libraries by version."""
    digest = hashlib.sha256(sys.version.encode())
    for path in CODE:
        for file in [path] if path.is_file() else _files(path):
            if "__pycache__" not in file.parts:
                _add(digest, file.relative_to(PROJECT).as_posix(), file.read_bytes())
    libraries = {
        entry.name for folder in sys.path if Path(folder).is_dir() for entry in Path(folder).glob("*.dist-info")
    }
    _add(digest, "libraries", "\n".join(sorted(libraries)).encode())
    if home.dolda_namn.is_file():
        _add(digest, home.dolda_namn.name, home.dolda_namn.read_bytes())
    for file in _files(home.landing):
        stat = file.stat()
        _add(digest, file.relative_to(home.landing).as_posix(), f"{stat.st_size} {stat.st_mtime_ns}".encode())
        if file.name.endswith(".yml"):  # a sidecar counts by what it says
            digest.update(file.read_bytes())
    return digest.hexdigest()


def results(home: Home, ar: int) -> str:
    """A hash of what a build leaves behind, and the next one starts from: the register, what is kept of deliveries (by name, size and time),
    the year's database, its releases.

    :raises OSError, sqlite3.Error: one of them is not there or cannot be read.
    """
    digest = hashlib.sha256()
    with closing(sqlite3.connect(f"{home.register.as_uri()}?mode=ro", uri=True, timeout=30)) as con:
        tables = [name for (name,) in con.execute("select name from sqlite_master where type = 'table' order by name")]
        for table in tables:
            if table != "anmarkning":  # what is said of a delivery; how many there are of it is in its verdict
                _add(digest, table, repr(sorted(map(repr, con.execute(f'select * from "{table}"')))).encode())
    release = releases.current(home, ar)
    if release is None:
        raise FileNotFoundError(home.releases / f"current-{ar}")
    made = [other.id for other in releases.releases(home) if other.ar == ar]
    _add(digest, "releases", f"{release.id} {made}".encode())
    for path in (
        *_files(home.originals),
        *_files(home.raw),
        *_files(home.quarantine),
        home.warehouse / f"{ar}.duckdb",
        release.path / "MANIFEST.json",
    ):
        stat = path.stat()
        _add(digest, path.relative_to(home.root).as_posix(), f"{stat.st_size} {stat.st_mtime_ns}".encode())
    return digest.hexdigest()


def _files(folder: Path) -> Iterator[Path]:
    return (path for path in sorted(folder.rglob("*")) if path.is_file())


def _add(digest: Any, name: str, content: bytes) -> None:
    digest.update(f"{name}\0{len(content)}\0".encode())
    digest.update(content)


def _path(home: Home, ar: int) -> Path:
    return home.releases / f"current-{ar}.json"


def keep(home: Home, ar: int, started_from: str, outcome: Outcome) -> None:
    """Note the outcome of a build that started from ``started_from`` (:func:`inputs`, before it began)."""
    path = _path(home, ar)
    if not outcome.lasting:
        path.unlink(missing_ok=True)
        return
    note = {
        "indata": started_from,
        "resultat": results(home, ar),
        "stoppar": outcome.blocking,
        "anmarkningar": outcome.remarks,
        "hallna_marter": outcome.held,
        "leveranser": outcome.told,
    }
    unfinished = path.with_suffix(".part")
    unfinished.write_text(json.dumps(note, ensure_ascii=False, indent=1), encoding="utf-8")
    unfinished.replace(path)


def standing(home: Home, ar: int) -> Outcome | None:
    """The outcome that a build of ``ar`` would have, where nothing of what it rests on has changed; otherwise None."""
    try:
        note = json.loads(_path(home, ar).read_text(encoding="utf-8"))
        held = dict(note["hallna_marter"])
        if (note["indata"], note["resultat"]) != (inputs(home), results(home, ar)):
            return None
        blocking, remarks = ([(a, c, s) for a, c, s in note[kind]] for kind in ("stoppar", "anmarkningar"))
        told = [(kind, text) for kind, text in note["leveranser"]]
    except (OSError, sqlite3.Error, ValueError, KeyError, TypeError):
        return None
    release = releases.current(home, ar)
    return Outcome(release, False, blocking, remarks, held, told) if release else None


def told_of_deliveries(asset: str, check: str) -> bool:
    """Whether a check is about what the deliveries' own lines (:attr:`Outcome.told`) say."""
    return asset.startswith("raw/") and check not in ("regler_tolkade_lika", "bevarat_helt")
