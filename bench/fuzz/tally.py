"""What came of the cases of a seed: kept in a file, so that a long run can be made in stretches, and summed up."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path

from bench.fuzz.watch import HELD, Result
from dagster_project.reading import guard


@dataclass(frozen=True)
class Line:
    """What became of a case, as it is kept: a line of JSON."""

    seed: int
    number: int
    outcome: str
    kind: str
    base: str
    note: str = ""
    detail: str = ""

    @property
    def held(self) -> bool:
        return self.outcome in HELD

    @property
    def family(self) -> str:
        return self.kind.split("-")[0]


@dataclass
class Tally:
    """The outcomes of one seed, the latest of each case.

    :param file: where they are kept; without one they are kept for as long as the run lasts.
    :param seconds: processor seconds of the stretches that came to their end.
    """

    seed: int
    file: Path | None = None
    lines: dict[int, Line] = field(default_factory=dict)
    seconds: float = 0.0

    def __post_init__(self) -> None:
        if self.file and self.file.is_file():
            for text in self.file.read_text(encoding="utf-8").splitlines():
                said = json.loads(text)
                if said["seed"] != self.seed:
                    continue
                if "seconds" in said:
                    self.seconds += said["seconds"]
                else:
                    self.lines[said["number"]] = Line(**said)

    def add(self, result: Result) -> Line:
        """Keep what became of a case; where it held, only that it did."""
        case = result.case
        line = Line(self.seed, case.number, result.outcome, case.kind, case.base, case.note, result.detail)
        self.lines[case.number] = line
        said = asdict(line)
        if line.held:
            said["note"] = ""
        self._append(said)
        return line

    def spent(self, seconds: float) -> None:
        """Add what a stretch cost."""
        self.seconds += seconds
        self._append({"seed": self.seed, "seconds": round(seconds, 1)})

    def _append(self, said: dict[str, object]) -> None:
        if self.file:
            with self.file.open("a", encoding="utf-8") as file:
                file.write(json.dumps(said) + "\n")

    @property
    def failures(self) -> list[Line]:
        return [line for line in self.lines.values() if not line.held]

    def table(self) -> str:
        """The failures by kind, and the counts by what was changed."""
        found = []
        for (outcome, kind), n in Counter((r.outcome, r.kind) for r in self.failures).most_common():
            one = next(r for r in self.failures if (r.outcome, r.kind) == (outcome, kind))
            found.append(f"{n:5} {outcome:10} {kind:32} {one.number}  {one.base}  {one.note!a}  {one.detail!a}"[:400])
        found.append(
            f"{'':10} {'tried':>7} {'right':>7} {'told':>7} {'failed':>7}   of those told, could not be judged"
        )
        for family in sorted({line.family for line in self.lines.values()}):
            found.append(f"{family:10} {_counts(r for r in self.lines.values() if r.family == family)}")
        return "\n".join([*found, f"{'all':10} {_counts(self.lines.values())}"])

    def sum(self) -> str:
        """One line of figures."""
        right, told, failed, _ = _numbers(self.lines.values())
        tried = len(self.lines)
        return f"seed {self.seed}: tried {tried}, read right {right}, told {told}, failed {failed} ({self.seconds:.0f} processor seconds)"


def _numbers(lines: Iterable[Line]) -> Sequence[int]:
    lines = list(lines)
    found = Counter(line.outcome for line in lines)
    return (
        found["right"],
        found["told"],
        sum(not line.held for line in lines),
        sum(line.detail == guard.KOD for line in lines),
    )


def _counts(lines: Iterable[Line]) -> str:
    lines = list(lines)
    right, told, failed, unjudged = _numbers(lines)
    return f"{len(lines):7} {right:7} {told:7} {failed:7}   {unjudged}"
