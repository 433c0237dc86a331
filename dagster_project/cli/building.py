"""Commands that change the home folder or judge a file: init, build, check, serve."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from dagster_project.cli.screen import say
from dagster_project.cli.session import Session, Year, existing_home
from dagster_project.errors import UserError
from dagster_project.release.releases import Release, mend
from dagster_project.settings import EXAMPLES, PROJECT, Home

if TYPE_CHECKING:
    from dagster_project.build import Outcome


def init(
    demo: Annotated[bool, typer.Option("--demo", help="Copy the example deliveries for 2020 into landing.")] = False,
) -> None:
    """Make the home folder: a landing folder for each source, and rooms for the rest."""
    from dagster_project.build import prepare
    from dagster_project.sources import all_sources

    home = Session.home
    prepare(home)
    for kalla in all_sources():
        (home.landing / kalla).mkdir(exist_ok=True)
    if demo:
        shutil.copytree(EXAMPLES / "landing", home.landing, dirs_exist_ok=True)
    say(f"Home folder: {home.root}")
    say(f"Put deliveries in {home.landing / '<source>'}" + (" (the examples for 2020 are there)" if demo else ""))


def build(
    year: Year,
    full_refresh: Annotated[
        bool, typer.Option("--full-refresh", help="Make everything anew, also what has not changed, and a new release.")
    ] = False,
) -> None:
    """Register, check, load, compute, validate and release one reporting year. What has not changed is not done again."""
    from rich.console import Console

    from dagster_project import build as building

    home = existing_home()
    mend(home)
    err = Console(stderr=True, highlight=False, soft_wrap=True, markup=False)
    with err.status("starting") as status:

        def told(line: str) -> None:
            status.update(line.replace("[", "\\["))
            if not err.is_terminal:
                err.print(f"· {line}")

        outcome = building.run(home, year, told, full_refresh=full_refresh)
    _summary(home, outcome)
    if outcome.blocking or outcome.held:
        raise typer.Exit(1)


def _summary(home: Home, outcome: Outcome) -> None:
    release: Release = outcome.release
    used = len(release.manifest["leveranser"])
    if outcome.created:
        say(f"of {used} deliveries", f"Release {release.id}", bold=True)
    else:
        say(f"release {release.id} of {used} deliveries stands", "Nothing new:", bold=True)
    for kalla, percent, goal, met in _rates(release):
        say(f"  response rate {kalla}: {percent}" + ("" if met else f" (goal {goal})"))
    for asset, check, said in outcome.remarks:
        say(f"{asset} {check} {said}".rstrip(), "  remark", color="yellow")
    for asset, check, said in outcome.blocking:
        say(f"{asset} {check} {said}".rstrip(), "  stopped", color="red")
    for mart, reason in outcome.held.items():
        say(f"mart.{mart} keeps its last good state: {reason}", "  held", color="red")
    if outcome.blocking or outcome.remarks:
        reports = home.reports / "<delivery>" / "granskning.xlsx"
        say(f"  see 'uppfoljning deliveries --year {release.ar}' and {reports}")
    say(f"  {release.workbook}")


def _rates(release: Release) -> list[tuple[str, str, str, bool]]:
    """Source, its response rate in words (the lowest of its periods), the goal, and whether every period meets it."""
    from dagster_project.release import questions

    with questions.opened(release.database) as con:
        rows = con.execute("""
            select kalla, min(svarsfrekvens), max(troskel), bool_and(coalesce(uppfylld, true)), count(*)
            from mart.svarsfrekvens where niva = 'riket' and inkomna > 0 group by kalla order by kalla""").fetchall()
    return [
        (
            kalla,
            f"{rate:.0f} percent" + (f" (lowest of {n} periods)" if n > 1 else ""),
            f"{goal:.0f}" if goal is not None else "",
            met,
        )
        for kalla, rate, goal, met, n in rows
    ]


def check(
    file: Annotated[
        Path, typer.Argument(help="The file to judge; its sidecar '<file>.leverans.yml' is read if it is there.")
    ],
    source: Annotated[
        str | None,
        typer.Option("--source", help="The source it is a delivery to. Found from the content when left out."),
    ] = None,
    report: Annotated[Path, typer.Option("--out", help="Folder for the sender's report.")] = Path("granskning"),
) -> None:
    """Judge a file as the build would, without loading it, and write the report to the sender (xlsx and Markdown, in Swedish)."""
    from dagster_project.deliveries import intake
    from dagster_project.sources import all_sources

    if not file.is_file():
        raise UserError(f"{file}: no such file")
    kalla = source or _identify(file)
    if kalla not in all_sources():
        raise UserError(f"{kalla} is no source: choose one of {', '.join(sorted(all_sources()))}")
    home = Session.home
    _, verdict, written = intake.check(all_sources()[kalla], file, report / file.name, home if home.exists() else None)
    rows = f"{verdict.lasta} rows read, {verdict.godkanda} accepted, {verdict.karantan} in quarantine"
    say(rows, f"{verdict.bedomning}:", bold=True)
    for a in verdict.anmarkningar:
        say(f"  {a.niva}: {a.plats}: {a.meddelande}")
    say(f"  {written}")
    if verdict.avvisad:
        raise typer.Exit(1)


def _identify(file: Path) -> str:
    from dagster_project.deliveries import intake
    from dagster_project.reading.findings import Avvisad

    try:
        fitting = intake.identify(file)
    except Avvisad as refusal:
        raise UserError(f"{file}: {refusal}") from None
    if len(fitting) != 1:
        raise UserError(f"{file}: the content fits {' and '.join(fitting) or 'no source'}; say which with --source")
    return fitting[0]


def serve(
    port: Annotated[int, typer.Option("--port", help="Port of the web interface.")] = 3000,
    host: Annotated[str, typer.Option("--host", help="Address to listen on.")] = "127.0.0.1",
) -> None:
    """Start Dagster's web interface, with schedules and the sensor on landing, over this home folder."""
    from dagster_project.build import prepare

    prepare(Session.home)
    say(f"Dagster: http://{host}:{port} (stop with Ctrl+C)")
    os.chdir(PROJECT)
    args = [sys.executable, "-m", "dagster", "dev", "-w", "workspace.yaml", "-h", host, "-p", str(port)]
    os.execv(sys.executable, args)
