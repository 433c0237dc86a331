"""The home folders that are put under fire: small, of real and made-up examples, with deliveries that change in a known order."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from bench.measure import ENV
from dagster_project.release import releases
from dagster_project.settings import EXAMPLES, PROJECT, Home

YEAR = 2020
BUILD = ("build", "--year", str(YEAR))
#: The examples that are taken along: small, and of every way in (a table, a workbook, a frame of units, contacts by month).
TAKEN = ("webbtidbok/*", "inriktningsdokument/*", "enhetsregister/*", "vantetid_primarvard/*2020-01*")
ENVIRONMENT = {**ENV, "PYTHONPATH": str(PROJECT)}
#: What a home folder holds besides deliveries and releases: locks, Dagster's log of runs, and what a build computes from.
APART = re.compile(r"(dagster|warehouse|datadocs)/|\.bygge|.*\.lock$|register\.sqlite")
#: When a delivery was registered stands in these.
TIMES = re.compile(r"raw/register/|originals/.*\.json$")
COUNTS = "Region;Visa tid;Boka tid;Period\nGotland;{shown};{booked};2020-03\n"
SIDECAR = "mottagen: 2021-03-01T08:{number:02d}:00\npahittad: true\n"


def command(home: Home, *words: str) -> list[str]:
    """A command of the product on a home folder."""
    return [sys.executable, "-m", "dagster_project.cli", "--home", str(home.root), *words]


def run(home: Home, *words: str) -> None:
    """Run one to its end.

    :raises RuntimeError: it breaks, or nothing is published.
    """
    ended = subprocess.run(command(home, *words), env=ENVIRONMENT, capture_output=True, text=True)
    if ended.returncode not in (0, 1):
        raise RuntimeError(
            f"{' '.join(words)} ended with {ended.returncode}:\n{ended.stdout[-2000:]}{ended.stderr[-2000:]}"
        )


def base(root: Path) -> Home:
    """A home folder with a first release."""
    home = Home(root)
    run(home, "init")
    for pattern in TAKEN:
        for file in sorted((EXAMPLES / "landing").glob(pattern)):
            shutil.copyfile(file, home.landing / file.parent.name / file.name)
    run(home, *BUILD)
    return home


def copied(home: Home, to: Path) -> Home:
    """A home folder as it stands, elsewhere."""
    subprocess.run(["cp", "-a", "--reflink=auto", home.root, to], check=True)
    return Home(to)


def change(home: Home, number: int) -> None:
    """The delivery of that number: made-up counts of one region for a month, in place of the ones before."""
    file = home.landing / "webbtidbok" / f"PAHITTAD_{number:02d}.csv"
    file.write_text(COUNTS.format(shown=20 + number, booked=10 + number), encoding="utf-8")
    file.with_name(f"{file.name}.leverans.yml").write_text(SIDECAR.format(number=number), encoding="utf-8")


class Reader:
    """What a reader of a home folder may be given: one of the releases that were ever whole, and that one as it was published."""

    def __init__(self) -> None:
        self.whole: dict[tuple[str, tuple[tuple[str, int, int], ...]], list[str]] = {}

    def faults(self, home: Home) -> list[str]:
        """What is wrong with what a reader is given: no release, or one that is not as its manifest says."""
        shown = releases.current(home, YEAR)
        if shown is None or releases.current(home) is None:
            return ["no release is pointed at"]
        faults = []
        for release in releases.releases(home):
            files = sorted(path for path in release.path.rglob("*") if path.is_file())
            state = tuple((p.name, p.stat().st_size, p.stat().st_mtime_ns) for p in files)
            key = (release.id, state)
            if key not in self.whole:
                self.whole[key] = releases.changed(release)
            faults += [f"{release.id}: {file} is not as it was published" for file in self.whole[key]]
        return faults


def differences(home: Home, other: Home) -> Iterator[str]:
    """Where two home folders do not hold the same, byte by byte: the shown tables, the raw rows, what is in quarantine and the originals. Apart
    from when a delivery was registered."""
    folders = [(path.root, releases.current(path, YEAR)) for path in (home, other)]
    shown = [files(release.path / "csv") if release else {} for _, release in folders]
    kept = [
        {name: path for name, path in files(root, ("raw", "quarantine", "originals")).items() if not TIMES.match(name)}
        for root, _ in folders
    ]
    for one, two in (shown, kept):
        for name in sorted(one.keys() | two.keys()):
            if name not in one or name not in two:
                yield f"{name} is only in {'the second' if name not in one else 'the first'}"
            elif one[name].read_bytes() != two[name].read_bytes():
                yield f"{name} differs"


def left_over(home: Home, other: Home) -> list[str]:
    """The files of a home folder that one of the same deliveries that was never cut off does not have."""
    mine, theirs = ({name for name in files(h.root) if not APART.match(name)} for h in (home, other))
    return sorted(mine - theirs)


def files(root: Path, folders: tuple[str, ...] = (".",)) -> dict[str, Path]:
    """The files below some folders, by their names from ``root``; links to folders are not followed."""
    found = {}
    for folder in folders:
        for place, _, names in os.walk(root / folder):
            for name in names:
                path = Path(place) / name
                found[path.relative_to(root).as_posix()] = path
    return found
