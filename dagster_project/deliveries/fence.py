"""One delivery never touches another: whatever happens while it is judged becomes its verdict. Only a full disk ends the build."""

from __future__ import annotations

import errno
import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import duckdb

from dagster_project.deliveries import wording
from dagster_project.deliveries.door import Granskning
from dagster_project.deliveries.register_types import Leverans
from dagster_project.errors import NothingPublished
from dagster_project.reading import guard
from dagster_project.reading.findings import Avvisad

log = logging.getLogger("uppfoljning.deliveries")

#: What a full disk says: the system, and DuckDB, which stops itself when it has filled its share.
FULL = ("No space left on device", "max_temp_directory_size")


def judged(kalla: str, leverans: Leverans, judge: Callable[[], Granskning]) -> Granskning:
    """The verdict that ``judge`` comes to; where it comes to none, that the file could not be judged. The log has the technical reason.

    :raises OSError, duckdb.Error: the disk is full.
    """
    try:
        verdict = judge()
    except (KeyboardInterrupt, SystemExit, GeneratorExit, NothingPublished):
        raise
    except BaseException as error:
        if _full(error):
            raise
        refusal = error if isinstance(error, Avvisad) else guard.refusal(error)
        verdict = Granskning(kalla, [wording.finding(a) for a in refusal.anmarkningar], orsak=refusal.orsak)
    if verdict.orsak:
        log.warning("%s/%s: %s", kalla, wording.file_name(leverans.filnamn), verdict.orsak)
    return verdict


@contextmanager
def disk(leverans: Leverans) -> Iterator[None]:
    """Say it in one line when the disk is full. Nothing that counted before is touched until all that is new is written.

    :raises NothingPublished: there is no room for the delivery.
    """
    try:
        yield
    except (OSError, duckdb.Error) as error:
        if _full(error):
            raise NothingPublished(
                f"the disk is full: {leverans.kalla}/{wording.file_name(leverans.filnamn)} could not be taken in, and what counted before still counts; "
                "make room and build again"
            ) from error
        raise


def _full(error: BaseException) -> bool:
    return getattr(error, "errno", None) == errno.ENOSPC or any(words in str(error) for words in FULL)
