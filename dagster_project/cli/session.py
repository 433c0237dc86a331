"""What a command is run with: its home folder, the release it asks, and options that several commands take."""

from __future__ import annotations

from typing import Annotated

import typer

from dagster_project.errors import UserError
from dagster_project.release.releases import Release, current
from dagster_project.settings import Home

Year = Annotated[int, typer.Option("--year", help="Reporting year, for example 2020.", min=2000, max=2100)]
ReleaseYear = Annotated[
    int | None, typer.Option("--year", help="The current release of this year. Default: the latest release.")
]


class Session:
    """The options in front of the command."""

    home: Home
    debug = False


def existing_home() -> Home:
    """:raises UserError: there is no home folder there."""
    home = Session.home
    if not home.exists():
        raise UserError(f"{home.root} is no home folder: make one with 'uppfoljning --home {home.root} init'")
    return home


def release_of(year: int | None = None) -> Release:
    """The current release, of a year or of all.

    :raises UserError: there is none.
    """
    home = existing_home()
    release = current(home, year)
    if release is None:
        which = f"of {year}" if year else "yet"
        raise UserError(
            f"there is no release {which} in {home.root}: run 'uppfoljning build --year {year or 2020}' first"
        )
    return release
