"""Nothing a reader does gets past the door: it raises a refusal, whatever happens in it."""

from __future__ import annotations

import os
import pickle
import signal
import sys
import time

import pytest

from dagster_project.reading import guard
from dagster_project.reading.findings import Avvisad, avvisa


def hang() -> None:
    time.sleep(60)


def devour() -> int:
    return len(bytearray(4_000_000_000))


def die() -> None:
    os.kill(os.getpid(), signal.SIGSEGV)


def break_down(text: str) -> None:
    raise KeyError(text)


def refuse() -> None:
    raise Avvisad(avvisa("tom_fil", "Filen är tom."), orsak="0 bytes")


def twice(number: int) -> tuple[int, int]:
    return number, number


def dive(depth: int) -> int:
    return dive(depth + 1)


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (KeyError("x"), "skadad"),
        (MemoryError(), "minne"),
        (RecursionError(), "skadad"),
        (UnicodeEncodeError("utf-8", "\ud800", 0, 1, "surrogates not allowed"), "skadad"),
        (type("PanicException", (BaseException,), {})("index out of bounds"), "skadad"),
    ],
)
def test_an_unforeseen_exception_is_a_verdict(error: BaseException, words: str) -> None:
    with pytest.raises(Avvisad) as refusal, guard.told():
        raise error
    (finding,) = refusal.value.anmarkningar
    assert finding.kod == "kunde_inte_granskas"
    assert words in finding.meddelande
    assert type(error).__name__ in str(refusal.value.orsak)
    assert type(error).__name__ not in finding.meddelande  # the technical reason is for the log


@pytest.mark.parametrize("stop", [KeyboardInterrupt, SystemExit])
def test_an_order_to_stop_is_obeyed(stop: type[BaseException]) -> None:
    with pytest.raises(stop), guard.told():
        raise stop


def test_a_refusal_survives_the_way_between_processes() -> None:
    refusal = Avvisad(avvisa("tom_fil", "Filen är tom."), orsak="0 bytes")
    again = pickle.loads(pickle.dumps(refusal))
    assert (again.anmarkningar, again.orsak, str(again)) == (refusal.anmarkningar, "0 bytes", "Filen är tom.")


def test_a_limited_reader_answers_as_it_would() -> None:
    assert guard.limited(twice)(21) == (21, 21)
    with pytest.raises(Avvisad) as refusal:
        guard.limited(refuse)()
    assert [a.kod for a in refusal.value.anmarkningar] == ["tom_fil"]


def test_a_reader_that_hangs_is_ended_and_told() -> None:
    with pytest.raises(Avvisad) as refusal:
        guard.limited(hang, seconds=1.5)()  # let alone, it would come back without a word
    assert "lång tid" in str(refusal.value)


@pytest.mark.skipif(sys.platform != "linux", reason="memory is limited on Linux")
def test_a_reader_that_wants_too_much_memory_is_told() -> None:
    with pytest.raises(Avvisad) as refusal:
        guard.limited(devour)()
    assert "minne" in str(refusal.value)


@pytest.mark.skipif(sys.platform == "win32", reason="no signals of this kind")
def test_a_reader_that_dies_is_told() -> None:
    with pytest.raises(Avvisad) as refusal:
        guard.limited(die)()
    assert refusal.value.anmarkningar[0].kod == "kunde_inte_granskas"
    assert "-11" in str(refusal.value.orsak)


def test_what_a_limited_reader_raises_is_told() -> None:
    for func, args in ((break_down, ("åäö",)), (dive, (0,))):
        with pytest.raises(Avvisad) as refusal:
            guard.limited(func)(*args)
        assert refusal.value.anmarkningar[0].kod == "kunde_inte_granskas"
