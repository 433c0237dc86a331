"""The commands of ``uppfoljning year``: begin a reporting year, and say what is still missing of it."""

from __future__ import annotations

from typing import Annotated

import typer

from dagster_project.cli.screen import say, table

app = typer.Typer(name="year", no_args_is_help=True, help="A new reporting year: begin it, and see what is missing.")
Ar = Annotated[int, typer.Argument(metavar="YEAR", help="The reporting year, for example 2021.", min=2000, max=2100)]


@app.command()
def new(
    year: Ar,
    before: Annotated[int, typer.Option("--from", help="The reporting year whose report it begins from.")],
) -> None:
    """Write the report's folder, the rows to look through in the files that years share, and a checklist."""
    from dagster_project.settings import PROJECT
    from dagster_project.year import CHECKLIST
    from dagster_project.year.begin import begin

    done = begin(year, before)
    for path in done.files:
        say(str(path.relative_to(PROJECT)))
    for path, count in sorted(done.rows.items()):
        say(f"{path.relative_to(PROJECT)}: {count} new rows")
    say(f"Now read {CHECKLIST} in seeds/rapporter/{done.report}; 'uppfoljning year check {year}' says what is missing")


@app.command()
def check(year: Ar) -> None:
    """Say in plain words what the year's report still lacks. Exit code 1 when there is something."""
    from dagster_project.year.missing import missing

    found = missing(year)
    if not found:
        say(f"Nothing is missing for {year}.")
        return
    table(f"{len(found)} things are missing for {year}", ["var", "vad"], [tuple(each) for each in found])
    raise typer.Exit(1)
