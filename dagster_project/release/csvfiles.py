"""The tables for machines: tidy csv, UTF-8, comma, decimal point, the status of a value, and whether a row is made up, in columns of their own."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from dagster_project.release.tables import PublishedTable

_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?")
#: What a spreadsheet takes for a formula when a cell begins with it; and the sign put in front of such a text.
_FORMULA, GUARD = "=+-@\t\r", "'"


def write(folder: Path, tables: Iterable[PublishedTable]) -> None:
    """Write ``<table id>.csv`` for every table."""
    import pandas as pd

    folder.mkdir()
    for table in tables:
        with (folder / f"{table.spec.id}.csv").open("w", encoding="utf-8", newline="") as stream:
            writer = csv.writer(stream, lineterminator="\n")
            writer.writerow(table.tidy.columns)
            for *row, made_up in table.tidy.itertuples(index=False):
                writer.writerow(["" if pd.isna(value) else safe(value) for value in row] + [truth(made_up)])


def write_for_excel(folder: Path, tables: Iterable[PublishedTable]) -> None:
    """The same files as a Swedish spreadsheet reads them when they are double-clicked: semicolon, decimal comma, and a sign (BOM) that the
    text is UTF-8."""
    import pandas as pd

    folder.mkdir()
    for table in tables:
        with (folder / f"{table.spec.id}.csv").open("w", encoding="utf-8-sig", newline="") as stream:
            writer = csv.writer(stream, delimiter=";", lineterminator="\r\n")
            writer.writerow(table.tidy.columns)
            for *row, made_up in table.tidy.itertuples(index=False):
                cells = ["" if pd.isna(value) else safe(value) for value in row]
                writer.writerow(
                    [str(c).replace(".", ",") if isinstance(c, float) else c for c in cells] + [truth(made_up)]
                )


def safe(cell: Any) -> Any:
    """A cell that no spreadsheet runs as a formula: a text that looks like one gets :data:`GUARD` in front.

    So does a text that begins with the guard, so that taking one guard away gives every text back as it was. Numbers, also as
    text and with a sign, stay as they are.
    """
    if isinstance(cell, str) and cell and cell[0] in _FORMULA + GUARD and not _NUMBER.fullmatch(cell):
        return GUARD + cell
    return cell


def truth(value: object) -> str:
    """``true`` or ``false``."""
    return "true" if value else "false"


def plain(cell: str) -> str:
    """A text cell as it was before :func:`safe`."""
    return cell.removeprefix(GUARD)
