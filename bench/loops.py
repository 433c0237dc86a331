"""The loops of a working day: what the commands of the examples cost, as ratios to a former commit measured in the same run.

``python -m bench.loops --former CHECKOUT`` takes a checkout of the former commit; its commands run with the libraries of this one.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from bench.measure import Cost, machine, markdown, measured, section, show
from dagster_project.settings import PROJECT, Home
from dagster_project.warehouse import dbt

HEADINGS = ("what", "processor s, former", "processor s", "ratio", "at most, processor s")
SMALL = "Region;Visa tid;Boka tid;Period\nGotland;14;12;2020-03\n"
QUERY = "select count(*) from mart.webbtidbok"
#: Commands that only ask, with what they may cost.
ASKING: tuple[tuple[str, Sequence[str], float], ...] = (
    ("`query`", ("query", QUERY), 0.6),
    ("`deliveries`", ("deliveries", "--year", "2020"), 0.7),
    ("`trace`", ("trace", "tabell_2", "--where", "region = 'Gotland'"), 0.8),
    ("`diff`", ("diff", "2020.1", "2020.2"), 1.0),
    ("`--help`", ("--help",), 0.3),
)


@dataclass(frozen=True)
class Checkout:
    """A checkout of the project with a home folder of its own."""

    root: Path
    home: Path

    def run(self, *command: str) -> Cost:
        """One command of it on its home folder."""
        program = (sys.executable, "-m", "dagster_project.cli", "--home", str(self.home), *command)
        return measured(*program, env={"PYTHONPATH": str(self.root)}, cwd=self.root)

    @property
    def commit(self) -> str:
        asked = ["git", "log", "-1", "--format=%h"]
        return subprocess.run(asked, cwd=self.root, capture_output=True, text=True, check=True).stdout.strip()


def loops(checkout: Checkout, repeats: int) -> dict[str, tuple[float, float]]:
    """What each loop costs in processor seconds, with what it may cost. Commands that only ask: the least of ``repeats``."""
    build = ("build", "--year", "2020")
    checkout.run("init", "--demo")
    found = {"first `build` of the examples": (checkout.run(*build).cpu, 30.0)}
    found["`build` with nothing new"] = min(checkout.run(*build).cpu for _ in range(repeats)), 2.0
    small = checkout.home / "landing" / "webbtidbok" / "liten.csv"
    small.write_text(SMALL, encoding="utf-8")
    found["one more small delivery, `build`"] = checkout.run(*build).cpu, 15.0
    judged = ("check", str(small), "--out", str(checkout.home.parent / f"{checkout.home.name}-granskning"))
    found["`check` of a small file"] = min(checkout.run(*judged).cpu for _ in range(repeats)), 1.5
    for name, command, most in ASKING:
        found[name] = min(checkout.run(*command).cpu for _ in range(repeats)), most
    return found


def rows(former: Path | None, repeats: int) -> list[list[str]]:
    """The table: one row per loop. What is made once for a version of the code is of no loop: bytecode, the parsed project of dbt and
    its reference tables."""
    with tempfile.TemporaryDirectory() as work:
        ours = Checkout(PROJECT, Path(work) / "nu")
        ours.run("--help")
        dbt.build(Home(Path(work) / "intet"), 2020, "models/none")
        now = loops(ours, repeats)
        before = loops(Checkout(former, Path(work) / "da"), repeats) if former else {}
    found = []
    for name, (cost, most) in now.items():
        old = before.get(name, (None, most))[0]
        found.append(
            [name, f"{old:.1f}" if old else "", f"{cost:.1f}", f"{cost / old:.2f}" if old else "", f"{most:g}"]
        )
    return found


def run(former: Path | None = None, repeats: int = 3, write: bool = False) -> None:
    """Measure and print the table; with ``write`` also into docs/performance.md."""
    table = rows(former, repeats)
    show("The loops of a working day", HEADINGS, table)
    if write and former:
        text = f"{machine()} Former commit: {Checkout(former, former).commit}.\n\n{markdown(HEADINGS, table)}"
        section("loops", text)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.loops", description=__doc__)
    parser.add_argument("--former", type=Path, help="a checkout of the commit to compare with")
    parser.add_argument("--repeats", type=int, default=3, help="runs of a command that only asks; the least counts")
    parser.add_argument("--write", action="store_true", help="write the table into docs/performance.md")
    options = parser.parse_args()
    run(options.former.resolve() if options.former else None, options.repeats, options.write)


if __name__ == "__main__":
    main()
