"""``python -m bench.fuzz --cases 10000 --seed 1``: try so many damaged deliveries and say what came of them."""

from __future__ import annotations

import argparse
import json
import os
import resource
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from random import Random

import great_expectations  # noqa: F401  loaded once, before the workers are made

from bench.fuzz import cells, containers, outside, tables, verdict, watch
from bench.fuzz.case import Base, Case, examples
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


def run(number: int, seed: int, workers: int, each: Callable[[Result], None] = lambda _: None) -> Counter[str]:
    """Try ``number`` cases; how many came to each outcome."""
    found: Counter[str] = Counter()

    def told(result: Result) -> None:
        found[result.outcome] += 1
        each(result)

    bases = prepared()
    watch.run({b.key: b for b in bases}, cases(bases, number, seed), workers, told)
    return found


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cases", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--workers", type=int, default=min(2, os.cpu_count() or 1))
    parser.add_argument("--failures", type=Path, help="a file for the failures, a line of JSON each")
    parser.add_argument(
        "--only-breaks", action="store_true", help="fail for what breaks the door only, not for what it reads wrong"
    )
    asked = parser.parse_args()
    failures: list[Result] = []
    start = time.monotonic()
    count = 0

    def each(result: Result) -> None:
        nonlocal count
        count += 1
        if not result.held:
            failures.append(result)
            if asked.failures:
                with asked.failures.open("a", encoding="utf-8") as file:
                    c = result.case
                    line = {
                        "outcome": result.outcome,
                        "kind": c.kind,
                        "base": c.base,
                        "name": c.name,
                        "detail": result.detail,
                        "note": c.note,
                    }
                    file.write(json.dumps(line, ensure_ascii=True) + "\n")
        if count % 200 == 0:
            print(
                f"{count} tried, {len(failures)} failed, {time.monotonic() - start:.0f} s", file=sys.stderr, flush=True
            )

    found = run(asked.cases, asked.seed, asked.workers, each)
    own, theirs = resource.getrusage(resource.RUSAGE_SELF), resource.getrusage(resource.RUSAGE_CHILDREN)
    processor = own.ru_utime + own.ru_stime + theirs.ru_utime + theirs.ru_stime
    for kind, n in Counter((r.outcome, r.case.kind) for r in failures).most_common():
        example = next(r for r in failures if (r.outcome, r.case.kind) == kind)
        print(f"{n:5} {kind[0]:10} {kind[1]:32} {example.case.base}  {example.case.note!a}  {example.detail!a}"[:400])
    failed = sum(found.values()) - found["right"] - found["told"]
    print(
        f"seed {asked.seed}: tried {sum(found.values())}, read right {found['right']}, told {found['told']}, failed {failed} "
        f"({time.monotonic() - start:.0f} s, {processor:.0f} processor seconds)"
    )
    if asked.only_breaks:
        failed -= sum(found[kind] for kind in verdict.READ_WRONG)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
