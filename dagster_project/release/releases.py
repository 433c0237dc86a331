"""Frozen releases in a home folder: which there are, which one readers are given, whether one is as it was published.

``releases/current-<year>`` points at the year's release and ``releases/current`` at the year that was last released, so that
readers get a new release of a year in one step. Both are symbolic links, or small text files where links are not allowed. A
reader follows them once and then stays in a folder that does not change; a crash anywhere leaves them where they were.
"""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from dagster_project.release import ReleaseError, manifest
from dagster_project.release.manifest import INTERN, TableContent
from dagster_project.settings import Home

#: What is not finished has a name that begins so.
UNFINISHED = ".ny-"
CURRENT = "current"
_RELEASE = re.compile(r"(\d{4})\.(\d+)")


@dataclass(frozen=True)
class Release:
    """A frozen release: its folder, and whether this call made it."""

    path: Path
    ar: int
    nummer: int
    created: bool = False

    @property
    def id(self) -> str:
        return f"{self.ar}.{self.nummer}"

    @property
    def database(self) -> Path:
        return self.path / f"uppfoljning_{self.ar}.duckdb"

    @property
    def intern(self) -> Path:
        """The folder with what is for those who work with the report, and not published."""
        return self.path / INTERN

    @property
    def house(self) -> Path:
        """The whole database, of which ``database`` is what is published. A release of before there were two has but one."""
        whole = self.intern / f"uppfoljning_{self.ar}_intern.duckdb"
        return whole if whole.exists() or not self.database.exists() else self.database

    @property
    def workbook(self) -> Path:
        return self.path / f"uppfoljning_{self.ar}.xlsx"

    @cached_property
    def manifest(self) -> manifest.Manifest:
        """:raises ReleaseError: it is gone or damaged."""
        return manifest.read(self.path)

    @cached_property
    def tables(self) -> dict[str, TableContent]:
        """The tables of the whole database, by ``schema.table``."""
        return self.manifest["tabeller"] | manifest.internal(self.path)["tabeller"]

    @property
    def fingerprint(self) -> str | None:
        """What the release was made from; None when its manifest is damaged, so that a build goes on to a new one."""
        return self.manifest["fingeravtryck"] if self.whole else None

    @property
    def whole(self) -> bool:
        """Can its manifest be read?"""
        try:
            return bool(self.manifest)
        except ReleaseError:
            return False


def releases(home: Home) -> list[Release]:
    """All releases, oldest first within each year."""
    found = [(path, _RELEASE.fullmatch(path.name)) for path in home.releases.glob("*")]
    return sorted(
        (Release(path, int(match[1]), int(match[2])) for path, match in found if match), key=lambda r: (r.ar, r.nummer)
    )


def current(home: Home, ar: int | None = None) -> Release | None:
    """The release that readers are given: of the year that was last released, or of one year."""
    target = _target(home.releases / (CURRENT if ar is None else _of_year(ar)))
    if ar is None and target and (match := re.fullmatch(rf"{CURRENT}-(\d{{4}})", target)):
        return current(home, int(match[1]))
    return next((release for release in releases(home) if release.id == target), None)


def named(home: Home, release_id: str) -> Release:
    """The release with that number.

    :raises ReleaseError: there is none.
    """
    found = releases(home)
    for release in found:
        if release.id == release_id:
            return release
    raise ReleaseError(
        f"there is no release {release_id}: choose one of {', '.join(r.id for r in found) or '(none yet)'}"
    )


def point(home: Home, release: Release) -> None:
    """Give readers the release. The step that counts is the year's own pointer; the other moves when the year is another."""
    of_year = _of_year(release.ar)
    for name, target in ((of_year, release.id), (CURRENT, of_year)):
        pointer = home.releases / name
        if _target(pointer) != target:
            partial = home.releases / f"{UNFINISHED}{name}"
            try:
                partial.symlink_to(target, target_is_directory=True)
            except (OSError, NotImplementedError):  # a system or a disk without links
                partial.write_text(f"{target}\n", encoding="utf-8")
            partial.replace(pointer)
    flush(home.releases)


def mend(home: Home) -> None:
    """Bring pointers together that an interrupted publication of before left apart: they name the newer of their releases."""
    with alone(home):
        latest = current(home)
        if latest and (of_year := current(home, latest.ar)):
            point(home, max(latest, of_year, key=lambda release: release.nummer))


@contextmanager
def alone(home: Home) -> Iterator[None]:
    """One at a time changes which releases there are. The lock goes with the process, however it ends."""
    from filelock import FileLock

    with FileLock(home.releases / ".lock"):
        yield


def export(release: Release, out: Path, *, intern: bool = False) -> list[Path]:
    """Copy the files of a release to ``out``, in place of an earlier export; other people's files are left alone.

    :param intern: also what is not published, in a folder of its own.
    :raises ReleaseError: the release is not as it was published, or ``out`` holds a file that no export wrote.
    """
    if others := changed(release):
        raise ReleaseError(
            f"release {release.id} is not as it was published ({', '.join(others[:3])}{' …' if others[3:] else ''}): "
            f"put it back from a backup, or remove {release.path} and build again"
        )
    earlier = _listed(out) if (out / manifest.MANIFEST).is_file() else set()
    if not earlier and out.is_dir() and (others := sorted(path.name for path in out.iterdir())):
        raise ReleaseError(
            f"{out} holds other files ({others[0]}): choose a new or empty folder, or one of an earlier export"
        )
    files = {name for name in _listed(release.path) if intern or not name.startswith(f"{INTERN}/")}
    if foreign := sorted(name for name in files - earlier if (out / name).exists()):
        raise ReleaseError(f"{out / foreign[0]} was not written by an earlier export: move it or choose another folder")
    for name in sorted(earlier - files):
        (out / name).unlink(missing_ok=True)
    # The manifests go first: should the copying be cut off, the next export knows what it may replace.
    for name in sorted(files, key=lambda name: (Path(name).name != manifest.MANIFEST, name)):
        target = out / name
        target.parent.mkdir(parents=True, exist_ok=True)
        partial = target.with_name(f"{UNFINISHED}{target.name}")
        shutil.copyfile(release.path / name, partial)
        partial.replace(target)
    return [out / name for name in sorted(files)]


def _listed(folder: Path) -> set[str]:
    """The files of a release, or of an export of it, as its manifests list them, and the manifests."""
    own = manifest.internal(folder)["filer"]
    return (
        set(manifest.read(folder)["filer"])
        | {manifest.MANIFEST}
        | {f"{INTERN}/{name}" for name in own}
        | ({f"{INTERN}/{manifest.MANIFEST}"} if own else set())
    )


def flush(path: Path) -> None:
    """See to it that a file or folder is on the disk."""
    if os.name == "nt" and path.is_dir():  # Windows opens no folders
        return
    descriptor = os.open(path, os.O_RDWR if os.name == "nt" else os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def changed(release: Release) -> list[str]:
    """The files that are not what the manifests say, or not there, or not of the release."""
    said = release.manifest["filer"] | {
        f"{INTERN}/{name}": content for name, content in manifest.internal(release.path)["filer"].items()
    }
    found = manifest.hashes(release.path)
    return sorted(name for name in said.keys() | found.keys() if said.get(name) != found.get(name))


def _of_year(ar: int) -> str:
    return f"{CURRENT}-{ar}"


def _target(pointer: Path) -> str | None:
    """What a pointer names, be it a link or a text file."""
    if pointer.is_symlink():
        return pointer.readlink().name
    return pointer.read_text(encoding="utf-8").strip() if pointer.is_file() else None
