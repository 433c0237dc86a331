"""What a command shows: lines and tables on the screen, csv and JSON for other programs. Data is never read as markup."""

from __future__ import annotations

import csv
import json
import shutil
import sys
import textwrap
from collections.abc import Iterable, Sequence
from enum import StrEnum
from pathlib import Path
from typing import Any, TextIO

import typer

from dagster_project.errors import UserError
from dagster_project.release.csvfiles import safe

#: Piped output is not folded to a screen's width.
PIPED = 400


class Format(StrEnum):
    table = "table"
    csv = "csv"
    json = "json"
    parquet = "parquet"


def say(text: str, kind: str = "", *, color: str | None = None, bold: bool = False, indent: int | None = None) -> None:
    """A line, with the word for its kind in front in a colour of its own.

    :param indent: how many blanks stand before it, and two more before the lines it is broken into where the screen is narrower.
    """
    if indent is not None:
        width = shutil.get_terminal_size().columns if sys.stdout.isatty() else PIPED
        before = " " * indent
        text = textwrap.fill(
            text, width, initial_indent=before, subsequent_indent=before + "  ", break_on_hyphens=False
        )
        typer.secho(text, fg=color)
        return
    if kind:
        typer.secho(kind, nl=not text, fg=color, bold=bold)
        text = f" {text}" if text else ""
    if text or not kind:
        typer.echo(text)


def table(title: str | None, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """A table on the screen."""
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    drawn = Table(title=Text(title) if title else None, title_justify="left", show_lines=False)
    for column in columns:
        drawn.add_column(Text(column), overflow="fold")
    for row in rows:
        drawn.add_row(*(Text("" if cell is None else str(cell)) for cell in row))
    Console(highlight=False, width=None if sys.stdout.isatty() else PIPED).print(drawn)


def write(columns: Sequence[str], rows: Iterable[Sequence[Any]], format: Format, to: Path | None = None) -> None:
    """Rows as csv or JSON, to a file or to where the output goes.

    :raises UserError: another format is asked for.
    """
    if format is Format.parquet:
        raise UserError("this is written as table, csv or json")
    if to is None:
        _write(columns, rows, format, sys.stdout)
    else:
        with to.open("w", encoding="utf-8", newline="") as stream:
            _write(columns, rows, format, stream)


def _write(columns: Sequence[str], rows: Iterable[Sequence[Any]], format: Format, stream: TextIO) -> None:
    if format is Format.json:
        objects = [dict(zip(columns, row, strict=True)) for row in rows]
        json.dump(objects, stream, ensure_ascii=False, indent=2, default=str)
        stream.write("\n")
    else:
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow(columns)
        writer.writerows([safe(cell) for cell in row] for row in rows)
