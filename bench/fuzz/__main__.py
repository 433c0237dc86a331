"""``python -m bench.fuzz --cases 10000 --seed 1``: try so many damaged deliveries and say what came of them.

With ``--results FILE`` a run that is stopped goes on where it was; ``--first 4711 --cases 1`` tries one case.
"""

from __future__ import annotations

import argparse
import os
import resource
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from itertools import count, takewhile
from pathlib import Path
from random import Random

import great_expectations  # noqa: F401  loaded once, before the workers are made

from bench.fuzz import cells, containers, outside, tables, watch
from bench.fuzz.case import Base, Case, examples
from bench.fuzz.tally import Tally
from bench.fuzz.watch import Result

#: What may be done to a delivery, and how often in proportion.
FAMILIES: tuple[tuple[Callable[[Random, Base], Case | None], int], ...] = (
    (cells.one_cell, 45),
    (tables.rows_changed, 14),
    (tables.text_changed, 8),
    (tables.letters, 4),
    (tables.workbook, 9),
    (containers.container, 9),
    (containers.answer, 7),
    (containers.document, 2),
    (containers.parquet, 2),
    (outside.sidecar, 7),
    (outside.name, 4),
)


def cases(bases: list[Base], numbers: Iterable[int], seed: int) -> Iterator[Case]:
    """The cases of a seed by their numbers. Every source has an equal share, however many examples it has."""
    by_source = {kalla: [b for b in bases if b.kalla == kalla] for kalla in sorted({b.kalla for b in bases})}
    for number in numbers:
        yield one(by_source, seed, number)


def one(by_source: dict[str, list[Base]], seed: int, number: int) -> Case:
    """The case of a seed with this number: always the same, whatever is tried before it."""
    rng = Random(f"{seed}/{number}")
    while True:
        family = rng.choices([f for f, _ in FAMILIES], [w for _, w in FAMILIES])[0]
        case = family(rng, rng.choice(by_source[rng.choice(list(by_source))]))
        if case is not None:
            return replace(case, number=number)


def prepared() -> list[Base]:
    """The examples, each with what the door makes of it unchanged."""
    bases = {base.key: base for base in examples()}
    for key, seen in watch.unchanged(bases).items():
        bases[key].seen = seen
    return list(bases.values())


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cases", type=int, default=1000)
    parser.add_argument(
        "--first", type=int, default=1, help="the number of the first case: the seed's cases are numbered from 1"
    )
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--workers", type=int, default=min(2, os.cpu_count() or 1))
    parser.add_argument("--seconds", type=float, default=float("inf"), help="make no more cases after so long")
    parser.add_argument("--results", type=Path, help="a file of results: cases that are in it are not tried again")
    parser.add_argument("--again", action="store_true", help="try the failures in the file of results once more")
    asked = parser.parse_args()
    tally = Tally(asked.seed, asked.results)
    start = time.monotonic()
    done = {number for number, line in tally.lines.items() if line.held or not asked.again}
    numbers = [number for number in range(asked.first, asked.first + asked.cases) if number not in done]
    tried = count(1)

    def told(result: Result) -> None:
        line = tally.add(result)
        if not line.held:
            print(
                f"{line.number} {line.outcome} {line.kind} {line.base} {line.note!a} {line.detail!a}"[:400], flush=True
            )
        if (so_far := next(tried)) % 200 == 0:
            print(f"{so_far} of {len(numbers)} tried, {time.monotonic() - start:.0f} s", file=sys.stderr, flush=True)

    if numbers:
        bases = prepared()
        made = takewhile(lambda _: time.monotonic() < start + asked.seconds, cases(bases, numbers, asked.seed))
        watch.run({b.key: b for b in bases}, made, asked.workers, told)
        used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
        tally.spent(sum(each.ru_utime + each.ru_stime for each in used))
    print(tally.table())
    print(tally.sum())
    return 1 if tally.failures else 0


if __name__ == "__main__":
    sys.exit(main())
