"""What the tests of the whole road share: home folders to build in, reading what came out, and putting files in landing."""

from __future__ import annotations

import csv
import hashlib
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from unittest.mock import patch

import duckdb
from facit import Rows as Records
from facit import table as golden

from dagster_project.settings import EXAMPLES, Home

__all__ = [
    "DUE_HERE",
    "OTHER_THAN_PRINTED",
    "USED",
    "Records",
    "Run",
    "ask",
    "begin",
    "content",
    "copied",
    "deliver",
    "golden",
    "records",
    "tables_alone",
    "webbtidbok",
]

Run = Callable[..., Any]

#: The example deliveries of which a part counts in 2020: all but six answers of Kolada, which are of later years.
USED = len([p for p in (EXAMPLES / "landing").rglob("*") if p.is_file() and p.suffix != ".yml"]) - 6
#: What a build says where something delivered is other than what is printed, and not known to be.
OTHER_THAN_PRINTED = "mart/avstamning, ingen_ny_avvikelse_fran_trycket"
#: Sources that the door reads and whose deliveries for 2020 are due.
DUE_HERE = (
    "inriktningsdokument",
    "kommunenkat",
    "nulagesrapport",
    "vantetid_primarvard",
    "vantetid_specialistvard",
    "webbtidbok",
)


def copied(home: Home, place: Path, *without: str) -> Home:
    """A copy of a home folder in ``place``, without what is named."""
    copy = Home(place / "hem")
    shutil.copytree(home.root, copy.root, symlinks=True, ignore=shutil.ignore_patterns(*without))
    return copy


def begin(empty_home: Home, place: Path) -> Home:
    """A home folder in which nothing is delivered or published yet, and what can be built of that is built."""
    home = copied(empty_home, place, "releases", "harkomst")
    home.create()
    return home


@contextmanager
def tables_alone() -> Iterator[None]:
    """Releases without document, figures and page: for tests of what is in the database."""
    from dagster_project.release import publish

    with patch.object(publish, "OUTPUTS", frozenset()):
        yield


def records(path: Path) -> Records:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def content(path: Path) -> dict[str, str]:
    return {
        p.relative_to(path).as_posix(): hashlib.sha256(p.read_bytes()).hexdigest()
        for p in path.rglob("*")
        if p.is_file()
    }


def ask(home: Home, sql: str) -> list[tuple[Any, ...]]:
    """Ask the current release as its own house does: what is for the working group is there too."""
    whole = home.releases / "current" / "intern" / "uppfoljning_2020_intern.duckdb"
    with duckdb.connect(str(whole), read_only=True) as con:
        return con.execute(sql).fetchall()


def deliver(home: Home, kalla: str, name: str, text: str, sidecar: str) -> Path:
    path = home.landing / kalla / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    path.with_name(f"{name}.leverans.yml").write_text(sidecar, encoding="utf-8")
    return path


def webbtidbok(leave_out: str = "") -> str:
    rows = [f"{r['region']};{r['visa_tid']};{r['boka_tid']}" for r in golden("tabell_2") if r["region"] != leave_out]
    return "\n".join(["Region;Visa tid;Boka tid", *rows, ""])
