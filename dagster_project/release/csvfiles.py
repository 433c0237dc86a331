"""The tables for machines: tidy csv, UTF-8, comma, decimal point, the status of a value in its own column."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from pathlib import Path

import pandas as pd

from dagster_project.release.tables import PublishedTable


def write(folder: Path, tables: Iterable[PublishedTable]) -> None:
    """Write ``<table id>.csv`` for every table."""
    folder.mkdir()
    for table in tables:
        with (folder / f"{table.spec.id}.csv").open("w", encoding="utf-8", newline="") as stream:
            writer = csv.writer(stream, lineterminator="\n")
            writer.writerow(table.tidy.columns)
            for row in table.tidy.itertuples(index=False):
                writer.writerow(["" if pd.isna(value) else value for value in row])
