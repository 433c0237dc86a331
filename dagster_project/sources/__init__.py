"""One module per source: its raw tables. A source knows its format's columns, and neither dbt nor another source.

To add a source: a module here with a ``SOURCE``, a format in ``seeds/formats/<source>/`` and a suite ``expectations/<source>.json``.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules

from dagster_project.reading import files as reading
from dagster_project.reading.formats import Format
from dagster_project.reading.sheets import Blad
from dagster_project.reading.sidecar import Sidofil


def _tables_as_they_stand(path: Path, _: Sidofil) -> list[Blad]:
    return reading.read(path)


@dataclass(frozen=True)
class Source:
    """A source.

    :param tables: for a format, the SQL of each raw table over the relation ``godkand`` (the sound typed rows with
        ``_blad, _rad, _respondent, _period``).
    :param ram: the raw table (``source/table``) that is the frame of this source: its current rows stand beside ``godkand`` as the
        relation ``ram`` when the suite is run, and a delivery is judged anew when those that concern it have changed.
    :param read: a delivery's file as sheets, where the source's files are no tables.
    """

    kalla: str
    tables: Callable[[Format], dict[str, str]]
    ram: str | None = None
    read: Callable[[Path, Sidofil], list[Blad]] = _tables_as_they_stand

    @property
    def reads_documents(self) -> bool:
        return self.read is not _tables_as_they_stand


#: The columns every raw table begins with, besides ``_leverans_id``.
COMMON = "_blad, _rad, _respondent, _period"


@cache
def all_sources() -> dict[str, Source]:
    """Every source in this package, by its key."""
    modules = [import_module(f"{__name__}.{m.name}") for m in iter_modules(__path__)]
    return {m.SOURCE.kalla: m.SOURCE for m in modules if hasattr(m, "SOURCE")}
