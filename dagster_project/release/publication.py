"""A release that is being written, as those see it who write something of all of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from dagster_project.release.catalogue import Catalogue
from dagster_project.release.figures import PublishedFigure
from dagster_project.release.tables import PublishedTable
from dagster_project.release.workbook import Cover


@dataclass(frozen=True)
class Publication:
    """What is published and where.

    ``con`` is the frozen database and ``folder`` the release's own; ``workbook`` is the name of its workbook and ``tidigare``
    are the year's earlier releases. ``deliveries`` are those that the release is made of, ``lineage`` the rows (tabell, nyckel, leverans_id,
    avsandare, sha256, mottagen, dokument, plats, forsta_rad, sista_rad, rader) that say what is behind each row of each table.
    """

    folder: Path
    cover: Cover
    edition: Catalogue
    tables: Sequence[PublishedTable]
    figures: Sequence[PublishedFigure]
    con: duckdb.DuckDBPyConnection
    deliveries: Sequence[Mapping[str, Any]]
    lineage: Sequence[Mapping[str, Any]]
    workbook: str
    tidigare: Sequence[str] = ()
