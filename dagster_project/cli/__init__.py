"""The analyst's command line. Each command is a few lines over a room; what is slow to import is imported where it is used."""

from __future__ import annotations

import sys
import traceback
from pathlib import Path
from typing import Annotated

import typer

from dagster_project.cli import asking, browsing, building, fetching, reports, upkeep
from dagster_project.cli.session import Session
from dagster_project.errors import NothingPublished, Unreachable, UserError
from dagster_project.settings import Home

app = typer.Typer(
    name="uppfoljning",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode="markdown",
    help="""Follow-up reporting for *God och nära vård*: deliveries in, the yearly report's tables out.

A first round, with the example deliveries:

    uppfoljning init --demo
    uppfoljning build --year 2020
    uppfoljning export --year 2020 --out out

Exit codes: 0 done (remarks allowed), 1 done but a delivery was rejected or a blocking check failed, 2 wrong use,
3 nothing was published, 4 the network could not be reached.""",
)

for command in (
    building.init,
    building.build,
    building.check,
    building.template,
    asking.deliveries,
    asking.query,
    browsing.tables,
    browsing.describe,
    asking.export,
    asking.releases,
    asking.hide,
    asking.diff,
    asking.attack,
    asking.trace,
    building.serve,
    upkeep.verify,
    upkeep.repair,
    upkeep.backup,
    upkeep.restore,
):
    app.command()(command)
app.add_typer(reports.app)
app.add_typer(fetching.app, name="fetch")


@app.callback()
def _options(
    home: Annotated[
        Path | None,
        typer.Option(
            "--home", help="Home folder with landing, register and releases. Default: $UPPFOLJNING_HOME, else ./data."
        ),
    ] = None,
    debug: Annotated[bool, typer.Option("--debug", help="Show the traceback of an error.")] = False,
) -> None:
    Session.home = Home.at(home)
    Session.debug = debug


def main() -> None:
    """The entry point: errors in one line, exit codes as the help says."""
    try:
        sys.exit(app(standalone_mode=False) or 0)
    except Unreachable as error:
        _say(error)
        sys.exit(4)
    except UserError as error:
        _say(error)
        sys.exit(2)
    except NothingPublished as error:
        _say(error, "nothing was published, the last release stands: ")
        sys.exit(3)
    except Exception as error:
        _end(error)


def _end(error: Exception) -> None:
    """Wrong arguments (exit code 2), or something unforeseen (exit code 3)."""
    if isinstance(error, typer.Abort):
        sys.exit(130)
    if isinstance(error, typer.TyperException):
        if said := error.format_message().strip():  # without any argument the help has been shown
            typer.echo(f"uppfoljning: {said} (see 'uppfoljning --help')", err=True)
        sys.exit(2)
    _say(error, f"{type(error).__name__}: ", " (run again with --debug for the traceback)")
    sys.exit(3)


def _say(error: Exception, before: str = "", after: str = "") -> None:
    if Session.debug:
        traceback.print_exception(error)
    lines = str(error).strip().splitlines() or [type(error).__name__]
    typer.echo(f"uppfoljning: {before}{lines[0]}{after}", err=True)
