"""Cases taken in as a build does, in worker processes that are watched for time and memory."""

from __future__ import annotations

import logging
import multiprocessing as mp
import os
import shutil
import signal
import tempfile
import time
import traceback
from collections.abc import Callable, Iterator, Sequence
from contextlib import nullcontext, suppress
from dataclasses import dataclass, field
from itertools import count
from multiprocessing.connection import Connection, wait
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pyarrow.parquet as pq

from bench.fuzz.case import Base, Case, Seen
from bench.fuzz.verdict import outcome
from dagster_project.deliveries import intake
from dagster_project.deliveries.register import Register
from dagster_project.reading import landing
from dagster_project.settings import Home
from dagster_project.sources import all_sources
from dagster_project.validation import gx

#: Seconds after which one delivery counts as hanging, and bytes that it may take beyond what the worker had.
SECONDS, BYTES = 20.0, 1 << 30
#: Deliveries that share a home folder and a look at landing. When one of them breaks it, each is tried by itself.
TOGETHER = 12
#: One look in so many is also held against Great Expectations, which takes longer than all the rest of a look.
COMPARED = 10
GOOD = "granne"
#: Outcomes in which the door held: the delivery was read right, or its sender was told.
HELD = ("right", "told")


@dataclass
class Result:
    """What became of a case."""

    case: Case
    outcome: str
    detail: str = ""

    @property
    def held(self) -> bool:
        return self.outcome in HELD


@dataclass
class Broken:
    """A look that broke, of which each delivery is tried by itself. Where none of them fails then, they break only together."""

    left: int
    why: str
    found: bool = False


@dataclass
class Worker:
    """A worker process, what it is doing, and since when it was last heard of.

    :param broken: the look that the one delivery it tries was a part of.
    """

    process: Any
    pipe: Connection
    batch: list[Case] = field(default_factory=list)
    broken: Broken | None = None
    heard: float = 0.0
    floor: int = 0


Told = Callable[[Result], None]
Singles = list[tuple[Case, Broken]]


def run(bases: dict[str, Base], cases: Iterator[Case], workers: int, told: Told) -> None:
    """Try the cases; ``told`` is called with each outcome."""
    with tempfile.TemporaryDirectory(prefix="fuzz-", ignore_cleanup_errors=True) as work:
        _run(Path(work), bases, cases, workers, told)


def _run(work: Path, bases: dict[str, Base], cases: Iterator[Case], workers: int, told: Told) -> None:
    pool: list[Worker] = []
    singles: Singles = []
    batches = _batches(cases)
    done = False
    while not done or singles or any(w.batch for w in pool):
        while len(pool) < workers:
            pool.append(_start(work, bases))
        for worker in pool:
            if not worker.batch:
                if singles:
                    case, worker.broken = singles.pop()
                    worker.batch = [case]
                else:
                    worker.batch, worker.broken = next(batches, []), None
                    done = done or not worker.batch
                if worker.batch:
                    worker.heard, worker.floor = time.monotonic(), _memory(worker.process.pid)
                    worker.pipe.send(worker.batch)
        for worker in [*pool]:
            if failure := _look(worker, told, singles):
                _stop(worker)
                pool.remove(worker)
                _broke(worker, failure, told, singles)
        wait([w.pipe for w in pool], 0.05)
    for worker in pool:
        _stop(worker)


def _look(worker: Worker, told: Told, singles: Singles) -> tuple[str, str] | None:
    """Hear what a worker has to say. Its failure, where it hangs, takes too much or has died."""
    try:
        while worker.batch and worker.pipe.poll():
            worker.heard = time.monotonic()
            kind, value = worker.pipe.recv()
            if kind == "done":
                _finished(worker, value, told)
                worker.batch = []
            if kind == "again":
                _broke(worker, ("crash", value), told, singles)
                worker.batch = []
    except (EOFError, OSError):
        worker.process.join(5)
        return "died", f"exit code {worker.process.exitcode}"
    if not worker.batch:
        return None
    if time.monotonic() - worker.heard > _patience() * (1 if len(worker.batch) == 1 else 3):
        return "hang", f"over {SECONDS:g} s"
    grown = _memory(worker.process.pid) - worker.floor
    return ("memory", f"{grown >> 20} MB") if grown > BYTES else None


def _patience() -> float:
    """:data:`SECONDS` of a machine with nothing else to do: longer by as much as is asked of its processors."""
    return SECONDS * max(1.0, os.getloadavg()[0] / (os.cpu_count() or 1))


def _broke(worker: Worker, failure: tuple[str, str], told: Told, singles: Singles) -> None:
    if len(worker.batch) == 1:
        _finished(worker, [Result(worker.batch[0], *failure)], told)
    else:
        broken = Broken(len(worker.batch), ": ".join(failure))
        singles += [(case, broken) for case in worker.batch]


def _finished(worker: Worker, results: Sequence[Result], told: Told) -> None:
    """Pass on what became of a look; the last delivery of one that broke answers for it when no other does."""
    for result in results:
        if broken := worker.broken:
            broken.left -= 1
            broken.found = broken.found or not result.held
            if not broken.left and not broken.found:
                result = Result(result.case, "only-together", broken.why)
        told(result)


def _batches(cases: Iterator[Case]) -> Iterator[list[Case]]:
    """Cases of one source in one look; alone what is large, no file, or has a name of its own."""
    waiting: dict[str, list[Case]] = {}
    for case in cases:
        if case.shape != "file" or len(case.data) > 3_000_000 or not case.name.startswith("fil."):
            yield [case]
            continue
        batch = waiting.setdefault(case.kalla, [])
        batch.append(case)
        if len(batch) >= TOGETHER:
            yield waiting.pop(case.kalla)
    yield from waiting.values()


def _memory(pid: int) -> int:
    """Bytes of a process and the readers it has started."""
    total, todo = 0, [pid]
    while todo:
        one = todo.pop()
        with suppress(OSError, ValueError):
            total += int(Path(f"/proc/{one}/statm").read_text().split()[1]) * 4096
            todo += map(int, Path(f"/proc/{one}/task/{one}/children").read_text().split())
    return total


def _start(work: Path, bases: dict[str, Base]) -> Worker:
    ours, theirs = mp.Pipe()
    process = mp.get_context("fork").Process(target=_serve, args=(theirs, work, bases), daemon=True)
    process.start()
    theirs.close()
    return Worker(process, ours)


def _stop(worker: Worker) -> None:
    with suppress(OSError):
        os.killpg(worker.process.pid, signal.SIGKILL)
    worker.process.join()
    worker.pipe.close()


def unchanged(bases: dict[str, Base]) -> dict[str, Seen]:
    """What the door makes of each example, by key."""
    ours, theirs = mp.Pipe()
    process = mp.get_context("fork").Process(target=_unchanged, args=(theirs, bases), daemon=True)
    process.start()
    theirs.close()
    found: dict[str, Seen] = ours.recv()
    process.join()
    return found


def _unchanged(pipe: Connection, bases: dict[str, Base]) -> None:
    found: dict[str, Seen] = {}
    for kalla in sorted({base.kalla for base in bases.values()}):
        with tempfile.TemporaryDirectory(prefix="fuzz-") as work:
            home, folder = _home(Path(work), kalla)
            own = [key for key, base in bases.items() if base.kalla == kalla]
            paths = [_put(folder, bases[key].as_good(f"exempel{nr}"), -1) for nr, key in enumerate(own)]
            _take_in(home, kalla, compare=False)
            register = Register(home.register)
            files = _deliveries(register)
            for key, path in zip(own, paths, strict=True):
                found[key] = seen(home, register, files[intake.place(home, path)])
    pipe.send(found)


def _home(work: Path, kalla: str) -> tuple[Home, Path]:
    """A new home folder and the landing folder of a source in it."""
    home = Home(Path(tempfile.mkdtemp(dir=work)))
    home.create()
    folder = home.landing / kalla
    folder.mkdir(exist_ok=True)
    return home, folder


def _take_in(home: Home, kalla: str, compare: bool) -> intake.Utfall:
    """One look at a source's landing folder, as a build does."""
    with nullcontext() if compare else patch.object(gx, "differences", lambda *_: []):
        return intake.take_in(home, all_sources()[kalla])


def _deliveries(register: Register) -> dict[str, str]:
    """What the register knows the files in landing as, by place."""
    return {row["sokvag"]: row["leverans_id"] for row in register.rows("select sokvag, leverans_id from fil")}


# --- in the worker --------------------------------------------------------------------------------------------------------


class _Heard(logging.Handler):
    def __init__(self, pipe: Connection) -> None:
        super().__init__()
        self.pipe = pipe

    def emit(self, record: logging.LogRecord) -> None:
        del record
        with suppress(OSError):
            self.pipe.send(("at", ""))


def _serve(pipe: Connection, work: Path, bases: dict[str, Base]) -> None:
    os.setsid()
    logger = logging.getLogger("uppfoljning")
    logger.handlers, logger.propagate = [_Heard(pipe)], False
    logger.setLevel(logging.INFO)
    looks = count()
    try:
        while batch := pipe.recv():
            try:
                pipe.send(("done", take_in(work, batch, bases, compare=next(looks) % COMPARED == 0)))
            except Exception as error:
                pipe.send(("again", _place(error)))
    except (EOFError, OSError):
        os._exit(0)


def _place(error: BaseException) -> str:
    frames = traceback.extract_tb(error.__traceback__)
    ours = [f for f in frames if "dagster_project" in f.filename]
    where = " < ".join(f"{Path(f.filename).name}:{f.lineno} {f.name}" for f in reversed([*ours[-2:], frames[-1]]))
    return f"{type(error).__name__} @ {where}: {str(error)[:100]!r}"


def take_in(work: Path, batch: Sequence[Case], bases: dict[str, Base], compare: bool) -> list[Result]:
    """A new home folder, the cases, which are of one source, and one good delivery in its landing, and one look at it.

    :param compare: whether Great Expectations shall find the same as the door.
    """
    base = bases[batch[0].base]
    home, folder = _home(work, base.kalla)
    good = base.as_good(GOOD)
    paths = [_put(folder, case, nr) for nr, case in enumerate(batch)]
    at = _put(folder, good, -1)
    looked = _take_in(home, base.kalla, compare)
    register = Register(home.register)
    files = _deliveries(register)
    outside = looked.ej_lasta
    results = []
    for case, path in zip(batch, paths, strict=True):
        known = files.get(intake.place(home, path))
        name = landing.shown(path.name)
        told = any(shown.endswith(name) for shown, _ in outside)
        result = Result(case, *outcome(case, bases[case.base], seen(home, register, known) if known else None, told))
        twice = next((said for said in looked.skiljaktiga if known and known in said), None)
        results.append(Result(case, "two-meanings", twice) if twice else result)
    neighbour = files.get(intake.place(home, at))
    if base.seen and (not neighbour or seen(home, register, neighbour).rows != base.seen.rows):
        results = [Result(r.case, "neighbour-hurt") if r.held else r for r in results]
        if len(batch) > 1:
            raise RuntimeError("the good delivery did not go through")
    shutil.rmtree(home.root, ignore_errors=True)
    return results


def _put(folder: Path, case: Case, nr: int) -> Path:
    name = case.name if nr <= 0 and not case.name.startswith("fil.") else case.name.replace("fil", f"fil{nr}", 1)
    path = folder / name
    if nr == -1:
        path = folder / case.name
    if case.shape == "pipe":
        os.mkfifo(path)
    elif case.shape == "folder":
        path.mkdir()
        (path / "inuti.csv").write_bytes(case.data)
    elif case.shape == "link":
        path.symlink_to("/etc/hostname")
    else:
        path.write_bytes(case.data)
    if case.side is not None and case.shape == "file":
        with suppress(OSError):
            Path(f"{path}.leverans.yml").write_bytes(
                case.side + (b"" if case.kind.startswith("side") else f"# {nr}\n".encode())
            )
    return path


def seen(home: Home, register: Register, leverans_id: str) -> Seen:
    """What the register and the raw tables say of a delivery."""
    row = register.leverans(leverans_id)
    rows = []
    for path in sorted((home.raw / row["kalla"]).glob(f"*/period=*/{leverans_id}.parquet")):
        for cells in pq.ParquetFile(path).read().to_pylist():
            rows.append((path.parts[-3], cells["_rad"] or 0, cells))
    findings = tuple((str(a.niva), a.kod, a.rad, a.kolumn, a.hittat) for a in register.anmarkningar(leverans_id))
    return Seen(row["bedomning"], _sorted(rows), findings, row["rader_lasta"], row["rader_godkanda"], row["mottagen"])


def _sorted(rows: list[tuple[str, int, dict[str, Any]]]) -> tuple[tuple[str, int, dict[str, Any]], ...]:
    bare = [(t, r, {k: v for k, v in cells.items() if k != "_leverans_id"}) for t, r, cells in rows]
    return tuple(sorted(bare, key=lambda row: (row[0], row[1], str(row[2]))))
