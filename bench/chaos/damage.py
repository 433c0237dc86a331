"""``python -m bench.chaos.damage --files 50 --fills 10 --seed 1``: what the disk does to a home folder, and what the next build says.

``--files``: one file of a home folder, drawn by the seed, is removed, emptied, cut, has one byte changed, or cannot be written; then a new
delivery is built. It comes out as in a home folder without damage, or it is said in one line what is wrong, and nothing is published. Of a
frozen release a damaged file is not exported.

``--fills``: a build with so little room left that the disk is full somewhere (a file system of its own, which takes root and Linux), from
next to nothing upwards. Nothing is published by halves, it is said in one line, and when there is room again a normal build comes out as in
a home folder that never lacked any.
"""

from __future__ import annotations

import argparse
import os
import random
import re
import shutil
import stat
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from bench.chaos import world
from bench.chaos.__main__ import Campaign, healed
from bench.chaos.world import BUILD, Reader, change, command, copied
from dagster_project.settings import Home

#: What is of no account: what nothing is read from, or what a lock is.
LEFT_ALONE = re.compile(r"dagster/|.*\.lock$|\.bygge|datadocs/|reports/|tmp/")


def remove(path: Path, _: random.Random) -> None:
    path.unlink()


def empty(path: Path, _: random.Random) -> None:
    path.write_bytes(b"")


def cut(path: Path, rng: random.Random) -> None:
    content = path.read_bytes()
    path.write_bytes(content[: rng.randrange(len(content)) if content else 0])


def change_byte(path: Path, rng: random.Random) -> None:
    content = bytearray(path.read_bytes())
    if content:
        content[rng.randrange(len(content))] ^= 1 << rng.randrange(8)
    path.write_bytes(bytes(content))


DAMAGES: tuple[Callable[[Path, random.Random], None], ...] = (remove, empty, cut, change_byte)


def said_by(home: Home, *words: str) -> tuple[int, str]:
    """A command's exit code and what it said on standard error, without the lines of progress."""
    ended = subprocess.run(command(home, *words), env=world.ENVIRONMENT, capture_output=True, text=True)
    said = [line for line in ended.stderr.splitlines() if not line.startswith("· ")]
    return ended.returncode, "\n".join(said)


def ill_said(code: int, said: str) -> list[str]:
    """What is wrong with how a failure was told: a traceback, an exit code of another kind, nothing at all, more than a few lines."""
    if code in (0, 1):
        return []
    faults = []
    if code not in (2, 3):
        faults.append(f"exit code {code}")
    if "Traceback" in said:
        faults.append("a traceback")
    if not said.strip():
        faults.append("not a word")
    return [f"{fault}: {said[-400:]}" for fault in faults]


def damaged(campaign: Campaign, base: Home, clean: Home, work: Path, number: int, seed: int) -> None:
    """One damaged file at a time; ``clean`` has built the first change without damage."""
    rng = random.Random(seed)
    names = sorted(name for name in world.files(base.root) if not LEFT_ALONE.match(name))
    rooms = sorted({name.split("/")[0] for name in names})
    for _ in range(number):
        room = rng.choice(rooms)
        name = rng.choice([name for name in names if name.split("/")[0] == room])
        damage = rng.choice(DAMAGES)
        home = copied(base, work / "skadad")
        path = home.root / name
        before = path.read_bytes()
        path.chmod(path.stat().st_mode | stat.S_IWUSR)
        damage(path, rng)
        faults = []
        if not path.exists() or path.read_bytes() != before:
            faults = asked_of(home, name, work)
        change(home, 1)
        code, said = said_by(home, *BUILD)
        faults += ill_said(code, said)
        if code in (0, 1):
            faults += [f"{found} (said: {said[-300:]})" for found in world.differences(home, clean)]
        campaign.found(f"{damage.__name__} in {room}", f"{name} ({code})", faults)
        shutil.rmtree(home.root)


def asked_of(home: Home, name: str, work: Path) -> list[str]:
    """What the commands that only look say of a damaged file: ``verify`` finds it, and a damaged release is not exported."""
    faults = []
    room = name.split("/")[0]
    if room in ("originals", "raw", "quarantine", "releases") and not name.startswith("raw/register/"):
        code, said = said_by(home, "verify")
        if code == 0:
            faults.append("not seen by verify")
        faults += ill_said(code, said)
    if room == "releases":
        code, said = said_by(home, "export", "--year", str(world.YEAR), "--out", str(work / "ut"))
        if code == 0:
            faults.append("exported")
        faults += ill_said(code, said)
        shutil.rmtree(work / "ut", ignore_errors=True)
    return faults


# --- no room ------------------------------------------------------------------------------------------------------------


@contextmanager
def small_disk(work: Path, megabytes: int) -> Iterator[Path]:
    """A file system of so many megabytes, mounted for as long as it lasts.

    :raises OSError: it cannot be had: not the administrator, or no loop devices.
    """
    image, place = work / "disk.img", work / "disk"
    place.mkdir()
    with image.open("wb") as file:
        file.truncate(megabytes << 20)
    try:
        subprocess.run(["mkfs.ext4", "-q", "-m", "0", str(image)], check=True, capture_output=True)
        subprocess.run(["mount", "-o", "loop", str(image), str(place)], check=True, capture_output=True)
    except (OSError, subprocess.CalledProcessError) as error:
        raise OSError(f"no small disk can be had here: {error}") from None
    try:
        yield place
    finally:
        subprocess.run(["umount", str(place)], check=True)
        image.unlink()
        place.rmdir()


def filled(campaign: Campaign, base: Home, clean: Home, work: Path, number: int) -> None:
    """Builds with less and less lacking: room for a part of what the build writes, from next to nothing to nearly enough."""
    taken = sum(path.stat().st_size for path in world.files(base.root).values()) >> 20
    with small_disk(work, 3 * taken + 256) as disk:
        # What the build takes at most is not known: it is tried with room for up to as much as the home folder itself.
        for step in range(number):
            home = copied(base, disk / "hem")
            change(home, 1)
            free = (taken * step) // number
            filler = disk / "fyllning"
            space = os.statvfs(disk)
            with filler.open("wb") as file:
                os.posix_fallocate(file.fileno(), 0, space.f_bavail * space.f_frsize - (free << 20) - 65536)
            code, said = said_by(home, *BUILD)
            faults = [*ill_said(code, said), *Reader().faults(home)]
            campaign.found("full disk", f"{free} MB left ({code})", faults)
            filler.unlink()
            campaign.found("built on when there is room again", f"after {free} MB", healed(home, clean))
            shutil.rmtree(home.root)


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.chaos.damage", description=__doc__)
    parser.add_argument("--files", type=int, default=20)
    parser.add_argument("--fills", type=int, default=5)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    campaign = Campaign()
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder)
        base = world.base(work / "grund")
        clean = copied(base, work / "ren")
        change(clean, 1)
        world.run(clean, *BUILD)
        damaged(campaign, base, clean, work, asked.files, asked.seed)
        if asked.fills:
            filled(campaign, base, clean, work, asked.fills)
    return campaign.told("What a disk does")


if __name__ == "__main__":
    sys.exit(main())
