"""A long run of damaged deliveries goes on where it was stopped: what came of each case is kept, and not tried again."""

from __future__ import annotations

from pathlib import Path

from bench.fuzz.case import Case
from bench.fuzz.tally import Tally
from bench.fuzz.watch import Result


def result(number: int, outcome: str) -> Result:
    return Result(
        Case("webbtidbok", "webbtidbok/fil.csv", "cell-blank", "fil.csv", b"", None, note="5 → 6", number=number),
        outcome,
    )


def test_what_is_kept_is_read_again_and_the_latest_of_a_case_counts(tmp_path: Path) -> None:
    file = tmp_path / "utfall.jsonl"
    first = Tally(1, file)
    for number, outcome in ((1, "right"), (2, "wrong"), (3, "told")):
        first.add(result(number, outcome))
    first.spent(12.3)
    Tally(2, file).add(result(1, "crash"))
    again = Tally(1, file)
    assert [line.number for line in again.failures] == [2]
    assert again.failures[0].note == "5 → 6"
    assert again.sum() == "seed 1: tried 3, read right 1, told 1, failed 1 (12 processor seconds)"
    again.add(result(2, "right"))
    assert Tally(1, file).sum() == "seed 1: tried 3, read right 2, told 1, failed 0 (12 processor seconds)"
