"""The sources and their raw tables. A source knows its format, and neither dbt nor another source.

To add a source: a format in ``seeds/formats/<source>/`` and a suite ``expectations/<source>.json``. The format is the raw schema. A
module here with a ``SOURCE`` is for a source whose raw tables are not its format, or whose files are no tables.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules

from dagster_project.reading import files as reading
from dagster_project.reading import formats
from dagster_project.reading.formats import Format
from dagster_project.reading.sheets import Blad
from dagster_project.reading.sidecar import Sidofil

#: The columns every raw table begins with, besides ``_leverans_id``.
COMMON = "_blad, _rad, _respondent, _block, _period"


def _tables_as_they_stand(path: Path, _: Sidofil) -> list[Blad]:
    return reading.read(path)


def _as_the_format_says(spec: Format) -> dict[str, str]:
    """Each raw table of a format: its columns and constants, the derived columns, the rows it keeps."""
    own = [*(k.namn for k in spec.kolumner if k.ra), *spec.konstanter]
    return {
        table.namn: f"select {COMMON}, {', '.join([*own, *(f'{h.uttryck} as {h.namn}' for h in table.harledda)])} from godkand"
        + (f" where {table.dar}" if table.dar else "")
        for table in spec.ratabeller
    }


@dataclass(frozen=True)
class Source:
    """A source.

    :param tables: for a format, the SQL of each raw table over the relation ``godkand`` (the sound typed rows with
        ``_blad, _rad, _respondent, _block, _period``).
    :param read: a delivery's file as sheets, where they are not the file's tables as they stand.
    :param reads_documents: its files are no tables.
    :param values: the first raw table, ``{raw}``, in the format's columns again, as SQL.
    """

    kalla: str
    tables: Callable[[Format], dict[str, str]] = _as_the_format_says
    read: Callable[[Path, Sidofil], list[Blad]] = _tables_as_they_stand
    values: str = "from {raw}"
    reads_documents: bool = False

    @property
    def ram(self) -> str | None:
        """The raw table (``source/table``) that is the frame of this source: its current rows stand beside ``godkand`` as the
        relation ``ram`` when the suite is run, and a delivery is judged anew when those that concern it have changed."""
        return formats.load()[self.kalla][0].ram


@cache
def all_sources() -> dict[str, Source]:
    """Every source that has a format, by its key."""
    own = {m.name for m in iter_modules(__path__)}
    return {
        kalla: import_module(f"{__name__}.{kalla}").SOURCE if kalla in own else Source(kalla)
        for kalla in formats.load()
    }
