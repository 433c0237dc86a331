"""Readers in processes of their own, who read the current release over and over while something is published."""

from __future__ import annotations

import multiprocessing
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import duckdb

from dagster_project.release import manifest
from dagster_project.release.releases import current
from dagster_project.settings import Home

FORK, SPAWN = multiprocessing.get_context("fork"), multiprocessing.get_context("spawn")


def query(path: Path, sql: str) -> list[tuple[Any, ...]]:
    with duckdb.connect(str(path), read_only=True) as con:
        return con.execute(sql).fetchall()


def read_until(home: Home, stop: Any, reads: Any, failures: Any, sums: set[int], pause: float = 0) -> None:
    """Read the current release over and over; anything but a whole release is a failure."""
    while not stop.is_set():
        try:
            release = current(home)
            assert release is not None
            [(total,)] = query(release.database, "select sum(visa_tid) from mart.webbtidbok")
            assert total in sums
            files = {path.relative_to(release.path).as_posix() for path in release.path.rglob("*") if path.is_file()}
            own = {f"intern/{name}" for name in (*manifest.internal(release.path)["filer"], "MANIFEST.json")}
            assert files == {*release.manifest["filer"], "MANIFEST.json"} | own
            reads.value += 1
            time.sleep(pause)
        except Exception as error:
            failures.put(repr(error))
            return


@contextmanager
def reading(home: Home, sums: set[int], *, readers: int = 2) -> Iterator[Any]:
    """Readers of ``home`` as long as the block goes on: none of them fails. Yields how many times they have read."""
    stop, reads, failures = SPAWN.Event(), SPAWN.Value("i", 0), SPAWN.Queue()
    children = [SPAWN.Process(target=read_until, args=(home, stop, reads, failures, sums, 0.5)) for _ in range(readers)]
    for child in children:
        child.start()
    try:
        yield reads
    finally:
        stop.set()
        for child in children:
            child.join(30)
    assert failures.empty(), failures.get()
