"""Commands that keep a home folder: verify, repair, backup, restore."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from dagster_project.cli.screen import say, table
from dagster_project.cli.session import Session, existing_home


def verify(
    sample: Annotated[
        int, typer.Option("--sample", help="Judge so many deliveries anew and compare their rows.", min=0)
    ] = 0,
) -> None:
    """Hold every kept file of the home folder against its hash: register, originals, raw rows, releases. Exit code 1 when one differs."""
    from dagster_project import upkeep

    found = list(upkeep.verify(existing_home(), sample))
    if found:
        table(f"{len(found)} not as they were", ["where", "what"], found)
        raise typer.Exit(1)
    say("Everything is as it was.")


def repair() -> None:
    """Make the register anew from the originals where it is damaged, and mark what else is lost, so that the next build makes it anew."""
    from dagster_project import upkeep

    done = list(upkeep.repair(existing_home()))
    for line in done or ["nothing to repair"]:
        say(line)
    if done:
        say("Run 'uppfoljning build' now.")


def backup(
    to: Annotated[
        Path, typer.Argument(metavar="DIR", help="Backup folder, on another disk. Only what is new is added.")
    ],
) -> None:
    """Copy the home folder: deliveries, register, raw rows and releases. What a build makes anew is left out."""
    from dagster_project import backup as copies

    taken, new = copies.take(existing_home(), to)
    say(f"{taken}: {new} new contents")


def restore(
    of: Annotated[Path, typer.Argument(metavar="DIR", help="Backup folder.")],
    taken: Annotated[
        Path | None, typer.Option("--list", help="Which backup: its list kopia-….json. Default: the last one.")
    ] = None,
) -> None:
    """Make the home folder named by --home out of a backup. It must be new or empty."""
    from dagster_project import backup as copies

    files = copies.restore(of, Session.home, taken)
    say(f"{files} files in {Session.home.root}. Run 'uppfoljning build' for each year.")
