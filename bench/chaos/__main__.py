"""``python -m bench.chaos --states 20 --kills 20 --seed 1``: builds cut off before every step and at random moments.

First one build of a new delivery, copied before every renaming, link and removal: each copy is what a kill there would have left. A reader is
given a whole release in all of them, and ``--states`` of them, drawn by the seed, are built on. Then ``--kills`` real kills at random moments
of builds, exports and starts of the web interface, with deliveries that change and a reader beside. What a normal build makes of it is held
against a home folder that was never cut off.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from bench.chaos import world
from bench.chaos.world import BUILD, Reader, change, command, copied
from bench.measure import show
from dagster_project.settings import Home


@dataclass
class Campaign:
    """What was tried, and what did not hold."""

    tried: Counter[str] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)

    def found(self, kind: str, where: str, faults: list[str]) -> None:
        self.tried[kind] += 1
        self.faults += [f"{kind}, {where}: {fault}" for fault in faults]

    def told(self, title: str) -> bool:
        """Print how many of each kind were tried and how many faults were found, then the faults.

        :returns: whether there are any.
        """
        rows = [
            [kind, str(number), str(sum(fault.startswith(f"{kind},") for fault in self.faults))]
            for kind, number in self.tried.items()
        ]
        show(title, ("what", "tried", "faults"), rows)
        for fault in self.faults:
            print(fault)
        return bool(self.faults)


def healed(home: Home, clean: Home) -> list[str]:
    """What is wrong after a normal build in a home folder that was cut off, held against one that never was."""
    try:
        world.run(home, *BUILD)
    except RuntimeError as error:
        return [str(error)]
    left = [f"{name} is left over" for name in world.left_over(home, clean)]
    return [*world.differences(home, clean), *left, *Reader().faults(home)]


def states(campaign: Campaign, base: Home, clean: Home, work: Path, number: int, seed: int) -> None:
    """One build of a delivery, cut off before every step it takes in the home folder; ``clean`` has built the same."""
    home, kept = copied(base, work / "steg"), work / "lagen"
    kept.mkdir()
    change(home, 1)
    asked = [sys.executable, "-m", "bench.chaos.child", str(home.root), str(kept), *BUILD]
    subprocess.run(asked, env=world.ENVIRONMENT, check=False, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    found = sorted(path for path in kept.iterdir() if path.is_dir())
    reader = Reader()
    for state in found:
        step = json.loads(state.with_suffix(".json").read_text(encoding="utf-8"))
        campaign.found("read before a step", f"{step['steg']} {step['vad']}", reader.faults(Home(state)))
    drawn = random.Random(seed).sample(found, min(number, len(found)))
    for state in found:
        if state not in drawn:
            shutil.rmtree(state)
    for state in sorted(drawn):
        step = json.loads(state.with_suffix(".json").read_text(encoding="utf-8"))
        # The folder has its name back: what a build writes may name where it is.
        shutil.rmtree(home.root)
        state.rename(home.root)
        campaign.found("built on from before a step", f"{step['steg']} {step['vad']}", healed(home, clean))
    shutil.rmtree(home.root)
    shutil.rmtree(kept)


@contextlib.contextmanager
def reading(home: Home, faults: list[str]) -> Iterator[None]:
    """Read the home folder again and again meanwhile."""
    over = threading.Event()

    def read() -> None:
        reader = Reader()
        while not over.wait(0.2):
            faults.extend(reader.faults(home))

    thread = threading.Thread(target=read)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


def killed(home: Home, words: tuple[str, ...], after: float) -> bool:
    """Start a command and kill it, with all that it started, after so many seconds.

    :returns: whether it was still at work.
    """
    process = subprocess.Popen(
        command(home, *words),
        env=world.ENVIRONMENT,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        process.wait(after)
        return False
    except subprocess.TimeoutExpired:
        return True
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def moments(campaign: Campaign, base: Home, work: Path, number: int, seed: int, chain: int = 5) -> None:
    """Kills at random moments. Every ``chain`` kills a normal build follows, and one in a home folder that saw the same deliveries and no
    kill."""
    rng = random.Random(seed)
    home, clean = copied(base, work / "dodad"), copied(base, work / "hel")
    start = time.monotonic()
    change(clean, 0)
    change(home, 0)
    world.run(clean, *BUILD)
    whole = time.monotonic() - start
    made = 0
    while made < number:
        seen: list[str] = []
        for _ in range(min(chain, number - made)):
            made += 1
            change(home, made)
            change(clean, made)
            words: tuple[str, ...] = BUILD
            if rng.random() < 0.15:
                words = ("export", "--year", str(world.YEAR), "--out", str(work / "ut"))
            with reading(home, seen):
                at_work = killed(home, words, rng.uniform(0.1, whole if words is BUILD else whole / 20))
            campaign.found(
                f"killed at random: {words[0]}{'' if at_work else ' (had ended)'}", f"kill {made} of seed {seed}", seen
            )
            seen = []
        start = time.monotonic()
        world.run(clean, *BUILD)
        whole = min(whole, time.monotonic() - start)
        campaign.found("built on after kills", f"kill {made} of seed {seed}", healed(home, clean))
    world.run(home, "export", "--year", str(world.YEAR), "--out", str(work / "ut"))
    campaign.found("exported after kills", f"seed {seed}", [str(path) for path in (work / "ut").rglob(".ny-*")])


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.chaos", description=__doc__)
    parser.add_argument("--states", type=int, default=20, help="how many of the states before a step to build on from")
    parser.add_argument("--kills", type=int, default=20, help="kills at random moments")
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    campaign = Campaign()
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder)
        base = world.base(work / "grund")
        if asked.states:
            clean = copied(base, work / "ren")
            change(clean, 1)
            world.run(clean, *BUILD)
            states(campaign, base, clean, work, asked.states, asked.seed)
        if asked.kills:
            moments(campaign, base, work, asked.kills, asked.seed)
    return campaign.told("Cut off")


if __name__ == "__main__":
    sys.exit(main())
