"""The reports: ``seeds/rapporter/<report>/rapport.yml`` each, found by the reporting year. The field names are those of the file.

A year that has no report, but that an agreement or an assignment covers, gets the standing tables (``staende.yml``).
"""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from dagster_project.errors import UserError
from dagster_project.settings import SEEDS, read_yaml

FOLDER = SEEDS / "rapporter"
#: The years that are to be followed up, reported or not, besides those of the reports.
COVERED = ("overenskommelser", "uppdrag")


@dataclass(frozen=True)
class Rapport:
    """What a report says of itself. Days are whole: what came on the cut-off itself is used.

    :param id: the name of its folder; empty for a year without one.
    :param ar: the reporting year.
    :param titel: what cover, page and document are called.
    :param insamling: first and last day of the collection of its material, as the report says.
    :param brytdag: the cut-off: deliveries received later are not used. None where none is stated.
    :param rapportdatum: the day at which deliveries are judged to be late, missing or not yet due.
    :param giltighetsdag: the day whose names, caveats and thresholds it goes by (:mod:`giltighet`); the day of the report where none is stated.
    :param uppdrag: the assignments that it answers, and ``overenskommelser`` the agreements that it follows up, by their ids.
    :param regionordning: the order of regions in its tables: ``alfabetisk`` or ``scb``.
    :param regionnamn: how it writes them: ``kort`` (Stockholm) or ``fullt`` (Region Stockholm).
    :param kapitel: its chapters in order: the id of a shared one, or a record that says what is its own (:mod:`release.catalogue`).
    """

    id: str
    ar: int
    titel: str
    rapportdatum: date
    kapitel: Sequence[str | Mapping[str, Any]]
    brytdag: date | None = None
    insamling: tuple[date, date] | None = None
    uppdrag: tuple[str, ...] = ()
    overenskommelser: tuple[str, ...] = ()
    giltighetsdag: date | None = None
    regionordning: str = "alfabetisk"
    regionnamn: str = "kort"

    @property
    def gallande(self) -> date:
        """The day whose names, caveats and thresholds the report goes by."""
        return self.giltighetsdag or self.rapportdatum

    @property
    def variables(self) -> dict[str, Any]:
        """What dbt is told of the report."""
        return {
            "ar": self.ar,
            "rapport": self.id,
            "rapportdatum": self.rapportdatum.isoformat(),
            "giltighetsdag": self.gallande.isoformat(),
            "regionordning": self.regionordning,
            "regionnamn": self.regionnamn,
        }


def of(ar: int, folder: Path | None = None) -> Rapport:
    """The report of a year; for a year without one, what its release of standing tables is.

    :raises UserError: two reports are of that year, or a file does not say what it must.
    """
    return _of(ar, folder or FOLDER)


def all_reports() -> list[Rapport]:
    """Every report that has a folder, by year."""
    return list(_all(FOLDER))


def years() -> list[int]:
    """The reporting years: those of the reports, and all that an agreement or an assignment covers."""
    covered = set[int]()
    for name in COVERED:
        with (SEEDS / "agreements" / f"{name}.csv").open(encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file):
                if row["ar_fran"]:
                    covered |= set(range(int(row["ar_fran"]), int(row["ar_till"] or row["ar_fran"]) + 1))
    return sorted(covered | {report.ar for report in all_reports()})


@cache
def _all(folder: Path) -> tuple[Rapport, ...]:
    found = [_read(path, path.parent.name) for path in folder.glob("*/rapport.yml")]
    return tuple(sorted(found, key=lambda report: (report.ar, report.id)))


@cache
def _of(ar: int, folder: Path) -> Rapport:
    found = [report for report in _all(folder) if report.ar == ar]
    if len(found) > 1:
        raise UserError(
            f"{' and '.join(report.id for report in found)} are both the report of {ar}: keep one in {folder}"
        )
    return found[0] if found else _read(folder / "staende.yml", "", ar)


def _read(path: Path, report: str, ar: int | None = None) -> Rapport:
    said: dict[str, Any] = read_yaml(path)
    year = ar if ar is not None else said.get("ar")
    known = {field.name for field in fields(Rapport)} - {"id"}
    needed = {"ar", "titel", "rapportdatum", "kapitel"}
    if odd := sorted((said.keys() - known) | (needed - said.keys() - ({"ar"} if ar is not None else set()))):
        raise UserError(f"{path.relative_to(path.parents[2])}: {', '.join(odd)}: unknown or lacking")
    said |= {"ar": year, "titel": str(said["titel"]).format(ar=year)}
    for name in ("rapportdatum", "brytdag", "giltighetsdag"):
        if name in said:
            said[name] = _day(said[name], int(year or 0))
    for name in ("insamling", "uppdrag", "overenskommelser"):
        if name in said:
            said[name] = tuple(said[name])
    return Rapport(report, **said)


def _day(said: date | str, ar: int) -> date:
    """A day; one without a year (``06-30``) is of the year after the reporting year."""
    return said if isinstance(said, date) else date.fromisoformat(f"{min(ar + 1, date.max.year):04}-{said}")
