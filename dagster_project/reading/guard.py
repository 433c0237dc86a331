"""Whatever happens while a file is read becomes a verdict: no exception but :class:`Avvisad`, no hang, no death.

:func:`told` turns an exception that nobody foresaw into a refusal. :func:`limited` runs a reader in a process of its own, with a
limit of time and, where the platform has them, of memory; a process that hangs, dies or asks for too much is a refusal too.
"""

from __future__ import annotations

import importlib
import os
import pickle
import subprocess
import sys
import tempfile
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, ParamSpec, TypeVar

from dagster_project.reading import limits
from dagster_project.reading.findings import Avvisad, avvisa

try:
    import resource
except ImportError:  # Windows has no limits of this kind; time is limited there all the same
    resource = None  # type: ignore[assignment]

P = ParamSpec("P")
T = TypeVar("T")

KOD = "kunde_inte_granskas"
VARFOR = {
    "fel": "den är skadad eller uppbyggd på ett sätt som inte går att läsa",
    "tid": "det tar för lång tid att läsa den",
    "minne": "den kräver för mycket minne",
}
#: Reasons that lie with the machine as much as with the file: it may go better the next time.
TILLFALLIGA = (VARFOR["tid"], VARFOR["minne"])
ATGARD = "Öppna filen, spara om den och leverera den igen. Hör av dig till oss om det inte hjälper."

_START = "import pickle, sys; sys.path[:] = pickle.load(sys.stdin.buffer); from dagster_project.reading import guard; guard.serve()"


def kunde_inte_granskas(orsak: str, varfor: str = "fel") -> Avvisad:
    """The refusal of a file that could not be judged.

    :param orsak: the technical reason, for the log.
    :param varfor: what the sender is told: a key of :data:`VARFOR`.
    """
    return Avvisad(avvisa(KOD, f"Filen kunde inte granskas: {VARFOR[varfor]}. {ATGARD}"), orsak=orsak)


@contextmanager
def told() -> Iterator[None]:
    """Let no exception out but :class:`Avvisad` and the orders to stop. Also a decorator.

    :raises Avvisad: in place of any other exception, with code ``kunde_inte_granskas`` and the technical reason in ``orsak``.
    """
    try:
        yield
    except (Avvisad, KeyboardInterrupt, SystemExit, GeneratorExit):
        raise
    except BaseException as error:  # a panic of a reader written in Rust is no Exception
        raise refusal(error) from None


def refusal(error: BaseException) -> Avvisad:
    """The refusal of a file over which ``error`` was raised."""
    kind = type(error).__name__
    varfor = "minne" if isinstance(error, MemoryError) or kind == "OutOfMemoryException" else "fel"
    return kunde_inte_granskas(_where(error), "tid" if kind == "InterruptException" else varfor)


def _where(error: BaseException) -> str:
    """Kind, text and place of an exception on one line; the text cut, since it may quote the file."""
    frames = traceback.extract_tb(error.__traceback__)
    place = f" @ {Path(frames[-1].filename).name}:{frames[-1].lineno}" if frames else ""
    return f"{type(error).__name__}: {str(error)[:200]}{place}".encode("ascii", "backslashreplace").decode()


def limited(func: Callable[P, T], seconds: float = limits.SECONDS, memory: int = limits.MEMORY) -> Callable[P, T]:
    """``func`` as a function that does its work in a process of its own, begun afresh (no fork, so any thread may call).

    Arguments and result travel by pickle, and ``func`` stands in a module by its name. A call costs about as long as it takes to
    start Python and import that module, so small and plain files are read without.

    :param seconds: of wall clock time, after which the process is ended.
    :param memory: bytes of address space, where the platform can limit it.
    :raises Avvisad: what ``func`` raised, or ``kunde_inte_granskas`` when it raised something else, hung, died or took too much.
    """

    def call(*args: P.args, **kwargs: P.kwargs) -> T:
        order = (func.__module__, func.__qualname__, args, kwargs, seconds, memory)
        with tempfile.TemporaryDirectory(prefix="uppfoljning-") as work:
            answer = Path(work) / "svar"
            process = subprocess.Popen(
                [sys.executable, "-c", _START, str(answer)],
                stdin=subprocess.PIPE,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.PIPE,
            )
            try:
                _, said = process.communicate(pickle.dumps(sys.path) + pickle.dumps(order), timeout=seconds)
            except subprocess.TimeoutExpired:
                raise kunde_inte_granskas(f"{func.__qualname__} took more than {seconds:g} s", "tid") from None
            finally:
                if process.poll() is None:
                    process.kill()
                    process.communicate()
            if process.returncode or not answer.is_file():
                last = (said.decode(errors="replace").strip().splitlines() or [""])[-1][:200]
                kind = "minne" if "memory" in last.lower() or "MemoryError" in last else "fel"
                raise kunde_inte_granskas(f"{func.__qualname__} ended with {process.returncode}: {last}", kind)
            with told(), answer.open("rb") as file:
                kind, value = pickle.load(file)
        if kind == "avvisad":
            raise value
        result: T = value
        return result

    return call


def serve() -> None:
    """The other end of :func:`limited`: one order from standard input, one answer into the file named as argument."""
    module, name, args, kwargs, seconds, memory = pickle.load(sys.stdin.buffer)
    func: Any = importlib.import_module(module)
    for part in name.split("."):
        func = getattr(func, part)
    if resource is not None:
        _limit(resource.RLIMIT_CORE, 0)
        _limit(resource.RLIMIT_CPU, int(seconds) + 5)
        if sys.platform != "darwin":
            _limit(resource.RLIMIT_AS, memory)
    kind, value = "svar", None
    try:
        with told():
            value = func(*args, **kwargs)
    except Avvisad as refusal:
        kind, value = "avvisad", refusal
    unfinished = Path(sys.argv[1] + ".part")
    with unfinished.open("wb") as file:
        pickle.dump((kind, value), file, protocol=pickle.HIGHEST_PROTOCOL)
    unfinished.rename(sys.argv[1])
    sys.stdout.flush()
    os._exit(0)


def _limit(kind: int, value: int) -> None:
    """Lower one limit of this process, as far as it may be set."""
    _, hard = resource.getrlimit(kind)
    resource.setrlimit(kind, (value if hard in (-1, resource.RLIM_INFINITY) else min(value, hard), hard))
