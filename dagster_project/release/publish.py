"""Publication: a release is written beside the others, renamed into place and pointed at. It is never changed.

``releases/current`` and ``releases/current-<year>`` are symbolic links that are replaced in one step. A reader follows
one of them once and then stays in a folder that does not change; a crash anywhere leaves the links where they were.
"""

from __future__ import annotations

import os
import re
import shutil
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import duckdb
from filelock import FileLock

from dagster_project.release import (
    ReleaseError,
    catalogue,
    csvfiles,
    database,
    difference,
    document,
    figures,
    lineage,
    manifest,
    metadata,
    page,
    tables,
    workbook,
)
from dagster_project.release.publication import Publication
from dagster_project.settings import Home

_RELEASE = re.compile(r"(\d{4})\.(\d+)")
_UNFINISHED = ".ny-"


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
    def workbook(self) -> Path:
        return self.path / f"uppfoljning_{self.ar}.xlsx"

    @cached_property
    def manifest(self) -> dict[str, Any]:
        return manifest.read(self.path)


def publish(
    home: Home,
    year: int,
    build_db: Path,
    dbt_manifest: Path,
    *,
    deliveries: Sequence[Mapping[str, Any]],
    code_version: str,
    held: Mapping[str, str],
    fingerprint: str,
) -> Release:
    """Freeze the year's marts as a release and point ``current`` at it.

    ``held`` names the marts that failed a blocking check, with the reason in Swedish: they are taken from the year's
    last release and marked. ``fingerprint`` stands for everything the release depends on: if the year's newest release
    has the same, it is returned and nothing is made.
    """
    home.releases.mkdir(parents=True, exist_ok=True)
    with _alone(home.releases):
        _sweep(home.releases)
        newest = max((r for r in releases(home) if r.ar == year), key=lambda r: r.nummer, default=None)
        if newest and newest.manifest["fingeravtryck"] == fingerprint:
            if current(home, year) != newest:  # a crash came between the renaming and the pointing
                _point(home.releases, newest)
            return newest
        unfinished = Path(tempfile.mkdtemp(prefix=_UNFINISHED, dir=home.releases))
        unfinished.chmod(0o755)
        nummer = newest.nummer + 1 if newest else 1
        draft = Release(unfinished, year, nummer)
        last = current(home, year)
        marts = manifest.about_marts(dbt_manifest)
        kept = last.database if last else None
        edition = catalogue.load(year)
        printed = [table.id for table in edition.tabeller]
        used = [str(delivery["leverans_id"]) for delivery in deliveries]
        # What a trace needs is kept first: no release is without it.
        lineage.freeze(home.harkomst / draft.id, year, home.raw, dbt_manifest, used, printed)
        database.create(draft.database, build_db, dict.fromkeys(marts.keys() & held.keys(), kept))
        if last:
            _revise(home, draft, last, marts, deliveries=deliveries, code_version=code_version, held=held)
        held_tables = [table for table in printed if f"{tables.SCHEMA}.{table}" in held]
        database.complete(draft.database, dbt_manifest, printed, held_tables, kept)
        standing = tables.Standing(manifest.behind_tables(dbt_manifest), held, tables.made_up(deliveries))
        _write_tables(home, draft, edition, deliveries, standing, last)
        manifest.write(
            unfinished,
            utgava=draft.id,
            ar=year,
            code_version=code_version,
            fingerprint=fingerprint,
            deliveries=deliveries,
            held=held,
            database_file=draft.database,
            marts=marts,
        )
        _sync(unfinished)
        release = Release(home.releases / draft.id, year, nummer, created=True)
        unfinished.rename(release.path)
        _point(home.releases, release)
        return release


def releases(home: Home) -> list[Release]:
    """All releases, oldest first within each year."""
    found = [(path, _RELEASE.fullmatch(path.name)) for path in home.releases.glob("*")]
    return sorted(
        (Release(path, int(match[1]), int(match[2])) for path, match in found if match), key=lambda r: (r.ar, r.nummer)
    )


def current(home: Home, year: int | None = None) -> Release | None:
    """The release that readers are given: the latest of all, or the latest of one year."""
    link = home.releases / ("current" if year is None else f"current-{year}")
    try:
        target = link.readlink()
    except FileNotFoundError:
        return None
    return next((release for release in releases(home) if release.id == target.name), None)


def export(release: Release, out: Path) -> list[Path]:
    """Copy the files of a release to ``out``, in place of an earlier export; other people's files are left alone."""
    earlier = set(manifest.read(out)["filer"]) | {manifest.MANIFEST} if (out / manifest.MANIFEST).is_file() else set()
    files = set(release.manifest["filer"]) | {manifest.MANIFEST}
    if foreign := sorted(name for name in files - earlier if (out / name).exists()):
        raise ReleaseError(f"{out / foreign[0]} was not written by an earlier export: move it or choose another folder")
    for name in sorted(earlier - files):
        (out / name).unlink(missing_ok=True)
    # The manifest goes first: should the copying be cut off, the next export knows what it may replace.
    for name in [manifest.MANIFEST, *sorted(files - {manifest.MANIFEST})]:
        target = out / name
        target.parent.mkdir(parents=True, exist_ok=True)
        partial = target.with_name(f"{_UNFINISHED}{target.name}")
        shutil.copyfile(release.path / name, partial)
        partial.replace(target)
    return [out / name for name in sorted(files)]


def _revise(
    home: Home,
    draft: Release,
    last: Release,
    marts: Mapping[str, Mapping[str, Sequence[str]]],
    *,
    deliveries: Sequence[Mapping[str, Any]],
    code_version: str,
    held: Mapping[str, str],
) -> None:
    """Mark what has other values than the year's last release."""
    new: dict[str, Any] = {
        "utgava": draft.id,
        "kodversion": code_version,
        "leveranser": deliveries,
        "hallna_marter": held,
    }
    before, after = (
        difference.side(db, about, lineage.blocks(home.harkomst / about["utgava"]))
        for db, about in (("senaste", last.manifest), ("ny", new))
    )
    difference.revise(draft.database, last.database, before, after, marts)


def compare(home: Home, old: Release, new: Release) -> list[difference.Change]:
    """Every cell that differs between two releases, with the cause."""
    with duckdb.connect() as con:
        for db, release in (("fore", old), ("efter", new)):
            con.execute(f"attach '{release.database}' as {db} (read_only)")
        before, after = (
            difference.side(db, release.manifest, lineage.blocks(home.harkomst / release.id))
            for db, release in (("fore", old), ("efter", new))
        )
        marts = {
            name.removeprefix("mart."): {key: about[key] for key in ("nyckel", "kallor")}
            for name, about in new.manifest["tabeller"].items()
            if "nyckel" in about
        }
        return difference.compare(con, before, after, marts)


def trace(
    home: Home, release: Release, what: str, where: str, column: str | None = None, limit: int | None = None
) -> lineage.Trace:
    """The deliveries and rows behind rows of a mart or a published table. A held mart is traced in the release it is from."""
    with lineage.opened(home, release.id, release.database) as opened:
        held = {opened.mart(what), opened.full_name(what)} & release.manifest["hallna_marter"].keys()
        if not held:
            return opened.trace(what, where, column, limit)
    older = [other for other in releases(home) if other.ar == release.ar and other.nummer < release.nummer]
    if not older:
        raise ReleaseError(f"{what} was held back in release {release.id}, and no earlier release has it")
    return trace(home, older[-1], what, where, column, limit)


def _write_tables(
    home: Home,
    draft: Release,
    edition: catalogue.Catalogue,
    deliveries: Sequence[Mapping[str, Any]],
    standing: tables.Standing,
    last: Release | None,
) -> None:
    """Everything people and machines read of a release, from the frozen database and nowhere else."""
    behind = _lineage(home, draft, edition, standing, last)
    with duckdb.connect(str(draft.database), read_only=True) as con:
        published = tables.build_all(con, edition, standing)
        sources = tables.sources(con, edition.tabeller)
        names = dict(con.execute("select kalla, namn from referens.kallor").fetchall())
        made_up = [f"{names[kalla]}: {text}" for kalla, text in standing.fake.items()]
        cover = workbook.Cover(draft.id, draft.ar, manifest.newest(deliveries), sources, made_up)
        workbook.write(draft.workbook, cover, edition, published)
        csvfiles.write(draft.path / "csv", published)
        document.write(draft.path / "tabeller.docx", cover, edition, published)
        drawn = figures.build_all(edition, published)
        figures.write(draft.path / "figurer", drawn)
        whole = Publication(
            draft.path, cover, edition, published, drawn, con, deliveries, behind, workbook=draft.workbook.name
        )
        page.write(whole)
        metadata.write(whole)


def _lineage(
    home: Home, draft: Release, edition: catalogue.Catalogue, standing: tables.Standing, last: Release | None
) -> list[dict[str, Any]]:
    """The deliveries behind each row of each table; of a held mart as the last release has them."""
    kept = metadata.lineage_of(last.path) if last and standing.held else []
    with lineage.opened(home, draft.id, draft.database) as opened:
        return [
            row
            for table in edition.tabeller
            for row in (
                (row for row in kept if row["tabell"] == table.id)
                if {opened.mart(f"{tables.SCHEMA}.{table.id}"), f"{tables.SCHEMA}.{table.id}"} & standing.held.keys()
                else opened.by_row(table.id, table.nyckel)
            )
        ]


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """One publisher at a time. The lock goes with the process, however it ends."""
    with FileLock(folder / ".lock"):
        yield


def _sweep(folder: Path) -> None:
    """Remove what interrupted publications left behind."""
    for path in folder.glob(f"{_UNFINISHED}*"):
        if path.is_symlink():
            path.unlink()
        else:
            shutil.rmtree(path)


def _sync(folder: Path) -> None:
    """Make the files of a folder read-only and see to it that they are on the disk before the folder gets its name."""
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            path.chmod(0o444)
        _flush(path)
    _flush(folder)


def _point(folder: Path, release: Release) -> None:
    """Give readers the release. The year's own link comes last: when it is in place, everything is."""
    for name in ("current", f"current-{release.ar}"):
        link = folder / f"{_UNFINISHED}{name}"
        link.symlink_to(release.path.name)
        link.replace(folder / name)
    _flush(folder)


def _flush(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
