"""``python -m bench.fuzz --cases 10000 --seed 1``: try so many damaged deliveries and say what came of them."""

from __future__ import annotations

import argparse
import json
import os
import resource
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from itertools import takewhile
from pathlib import Path
from random import Random

import great_expectations  # noqa: F401  loaded once, before the workers are made

from bench.fuzz import cells, containers, outside, tables, watch
from bench.fuzz.case import Base, Case, examples
from bench.fuzz.watch import Result
from dagster_project.reading import guard

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


def cases(bases: list[Base], number: int, seed: int) -> Iterator[Case]:
    """The cases of a seed. Every source has an equal share, however many examples it has."""
    rng = Random(seed)
    by_source = {kalla: [b for b in bases if b.kalla == kalla] for kalla in sorted({b.kalla for b in bases})}
    made = 0
    while made < number:
        family = rng.choices([f for f, _ in FAMILIES], [w for _, w in FAMILIES])[0]
        case = family(rng, rng.choice(by_source[rng.choice(list(by_source))]))
        if case is not None:
            made += 1
            yield case


def prepared() -> list[Base]:
    """The examples, each with what the door makes of it unchanged."""
    bases = {base.key: base for base in examples()}
    for key, seen in watch.unchanged(bases).items():
        bases[key].seen = seen
    return list(bases.values())


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cases", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--workers", type=int, default=min(2, os.cpu_count() or 1))
    parser.add_argument("--seconds", type=float, default=float("inf"), help="make no more cases after so long")
    parser.add_argument("--failures", type=Path, help="a file for the failures, a line of JSON each")
    asked = parser.parse_args()
    results: list[Result] = []
    start = time.monotonic()

    def told(result: Result) -> None:
        results.append(Result(replace(result.case, data=b"", side=None), result.outcome, result.detail))
        if asked.failures and not result.held:
            with asked.failures.open("a", encoding="utf-8") as file:
                file.write(json.dumps(_line(result)) + "\n")
        if len(results) % 200 == 0:
            failed = sum(not r.held for r in results)
            print(
                f"{len(results)} tried, {failed} failed, {time.monotonic() - start:.0f} s", file=sys.stderr, flush=True
            )

    bases = prepared()
    made = takewhile(lambda _: time.monotonic() < start + asked.seconds, cases(bases, asked.cases, asked.seed))
    watch.run({b.key: b for b in bases}, made, asked.workers, told)
    failures = [r for r in results if not r.held]
    for (outcome, kind), n in Counter((r.outcome, r.case.kind) for r in failures).most_common():
        one = next(r for r in failures if (r.outcome, r.case.kind) == (outcome, kind))
        print(f"{n:5} {outcome:10} {kind:32} {one.case.base}  {one.case.note!a}  {one.detail!a}"[:400])
    print(f"{'':10} {'tried':>7} {'right':>7} {'told':>7} {'failed':>7}   of those told, could not be judged")
    for family in sorted({r.case.family for r in results}):
        print(f"{family:10} {_counts([r for r in results if r.case.family == family])}")
    print(f"{'all':10} {_counts(results)}")
    own, theirs = resource.getrusage(resource.RUSAGE_SELF), resource.getrusage(resource.RUSAGE_CHILDREN)
    processor = own.ru_utime + own.ru_stime + theirs.ru_utime + theirs.ru_stime
    right = sum(r.outcome == "right" for r in results)
    print(
        f"seed {asked.seed}: tried {len(results)}, read right {right}, told {len(results) - right - len(failures)}, "
        f"failed {len(failures)} ({time.monotonic() - start:.0f} s, {processor:.0f} processor seconds)"
    )
    return 1 if failures else 0


def _line(result: Result) -> dict[str, str]:
    case = result.case
    said = {"kind": case.kind, "base": case.base, "name": case.name, "note": case.note}
    return {"outcome": result.outcome, **said, "detail": result.detail}


def _counts(results: Sequence[Result]) -> str:
    found = Counter(r.outcome for r in results)
    failed, unjudged = sum(not r.held for r in results), sum(r.detail == guard.KOD for r in results)
    return f"{len(results):7} {found['right']:7} {found['told']:7} {failed:7}   {unjudged}"


if __name__ == "__main__":
    sys.exit(main())
