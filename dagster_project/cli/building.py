"""Commands that change the home folder or judge a file: init, build, check, serve."""

from __future__ import annotations

import itertools
import os
import shutil
import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from dagster_project.cli.screen import say, table
from dagster_project.cli.session import Session, Year, existing_home
from dagster_project.errors import UserError
from dagster_project.release.releases import Release, mend
from dagster_project.settings import EXAMPLES, PROJECT
from dagster_project.standing import told_of_deliveries

if TYPE_CHECKING:
    from dagster_project.build import Outcome
    from dagster_project.deliveries.door import Granskning

COLORS = {"ok": None, "obs": "yellow", "fel": "red", "gor": None}


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
    began, steps = time.monotonic(), itertools.count(1)
    with err.status("starting") as status:

        def told(line: str) -> None:
            step = f"{next(steps)}. {line} ({time.monotonic() - began:.0f} s)"
            status.update(step.replace("[", "\\["))
            if not err.is_terminal:
                err.print(f"· {step}")

        outcome = building.run(home, year, told, full_refresh=full_refresh)
    _summary(outcome)
    if outcome.blocking or outcome.held:
        raise typer.Exit(1)


def _summary(outcome: Outcome) -> None:
    """What the build led to, in Swedish: what has become of the deliveries, what there is to do, where the release lies."""
    from dagster_project.deliveries import wording

    release: Release = outcome.release
    deliveries = wording.counted(len(release.manifest["leveranser"]), "leverans", "leveranser")
    if outcome.created:
        say(f"ur {deliveries}", f"Utgåva {release.id}", bold=True)
    else:
        say(f"utgåva {release.id} ur {deliveries} gäller", "Inget nytt:", bold=True)
    for kind, text in outcome.told:
        if kind == "kalla":
            say(text, bold=True)
        else:
            say(text, color=COLORS[kind], indent=2)
    for mart, reason in outcome.held.items():
        say(f"{mart} behåller sina senast godkända värden. {reason}", color="red")
    for what, kind in ((outcome.remarks, "obs"), (outcome.blocking, "fel")):
        for asset, check, said in what:
            if not told_of_deliveries(asset, check):
                say(f"{asset}, {check}: {said}".rstrip(": "), color=COLORS[kind])
    say("Utgåvan", bold=True)
    for path, whose in (
        (release.path / "index.html", "sidan"),
        (release.workbook, "arbetsboken"),
        (release.intern / "index.html", "för arbetsgruppen, publiceras inte"),
    ):
        say(f"  {path} ({whose})")


def check(
    file: Annotated[
        Path,
        typer.Argument(
            help="The file to judge, or a folder of files; a sidecar '<file>.leverans.yml' is read if it is there."
        ),
    ],
    source: Annotated[
        str | None,
        typer.Option(
            "--source", help="The source it is a delivery to. Found from the folder or the content when left out."
        ),
    ] = None,
    report: Annotated[Path, typer.Option("--out", help="Folder for the sender's report.")] = Path("granskning"),
) -> None:
    """Judge a file, or every file in a folder, as the build would, without loading it, and write the reports to the senders
    (xlsx and Markdown, in Swedish). Exit code 1 when a file is rejected or cannot be judged."""
    from dagster_project.sources import all_sources

    if source and source not in all_sources():
        raise UserError(f"{source} is no source: choose one of {', '.join(sorted(all_sources()))}")
    if file.is_dir():
        passed = _check_folder(file, source, report)
    elif file.is_file():
        passed = _check_file(file, source or _identify(file), report)
    else:
        raise UserError(f"{file}: no such file")
    if not passed:
        raise typer.Exit(1)


def _judge(file: Path, kalla: str, to: Path) -> tuple[Granskning, Path]:
    from dagster_project.deliveries import intake
    from dagster_project.sources import all_sources

    home = Session.home
    _, verdict, written = intake.check(all_sources()[kalla], file, to, home if home.exists() else None)
    return verdict, written


def _check_file(file: Path, kalla: str, report: Path) -> bool:
    from dagster_project.deliveries import advice, wording
    from dagster_project.deliveries import report as sent

    verdict, written = _judge(file, kalla, report / file.name)
    rows = f"{wording.source(kalla)}, {wording.rows(verdict.lasta)} lästa, {verdict.godkanda} räknas"
    say(rows, f"{sent.spoken(verdict)}:", bold=True)
    for group in advice.grouped(verdict.anmarkningar, verdict.format):
        say(f"{sent.NIVA[group.niva]}, {group.var}: {group.meddelande}", indent=2)
    say(f"  {written}")
    return verdict.bedomning in wording.PASSED


def _check_folder(folder: Path, source: str | None, report: Path) -> bool:
    """Judge every file and show one summary."""
    from dagster_project.deliveries import advice, wording
    from dagster_project.deliveries import report as sent
    from dagster_project.reading import landing
    from dagster_project.sources import all_sources

    found = landing.look(folder)
    if not found.filer and not found.ej_lasta:
        raise UserError(f"{folder}: no file in it is a delivery")
    lines, passed = [], True
    for file in found.filer:
        place = file.relative_to(folder)
        kalla = source or next((part for part in reversed(file.parts[:-1]) if part in all_sources()), None)
        try:
            kalla = kalla or _identify(file)
        except UserError:
            lines.append(
                (wording.file_name(place.as_posix()), "", "Kunde inte granskas", "Källan framgår inte av innehållet.")
            )
            passed = False
            continue
        verdict, _ = _judge(file, kalla, report / place)
        passed = passed and verdict.bedomning in wording.PASSED
        groups = advice.grouped(verdict.anmarkningar, verdict.format)
        more = f" (+{len(groups) - 1})" if groups[1:] else ""
        said = f"{groups[0].var}: {groups[0].meddelande}{more}" if groups else ""
        lines.append((wording.file_name(place.as_posix()), wording.source(kalla), sent.spoken(verdict), said))
    lines += [(wording.file_name(name), "", "Inte läst", why) for name, why in found.ej_lasta]
    table(None, ["fil", "källa", "bedömning", "anmärkningar"], lines)
    say(f"Granskningsrapporter till avsändarna: {report / '<fil>' / 'granskning.xlsx'}")
    return passed


def _identify(file: Path) -> str:
    from dagster_project.deliveries import intake, wording
    from dagster_project.reading.findings import Avvisad

    name = wording.file_name(file.name)
    try:
        fitting = intake.identify(file)
    except Avvisad as refusal:
        raise UserError(f"{name}: {wording.bare(str(refusal))}") from None
    if len(fitting) != 1:
        raise UserError(f"{name}: the content fits {' and '.join(fitting) or 'no source'}; say which with --source")
    return fitting[0]


def template(
    source: Annotated[str, typer.Argument(metavar="SOURCE", help="The source, for example webbtidbok.")],
    year: Year,
    to: Annotated[Path, typer.Option("--out", help="The workbook to write; its sidecar is written beside it.")],
    region: Annotated[
        str | None, typer.Option("--region", help="The region that shall fill it in, by its name.")
    ] = None,
) -> None:
    """Write the workbook that a sender fills in: headings, allowed answers as lists, the respondent, instructions in Swedish."""
    from dagster_project.deliveries import template as mall
    from dagster_project.sources import all_sources

    if source not in all_sources():
        raise UserError(f"{source} is no source: choose one of {', '.join(sorted(all_sources()))}")
    if to.suffix.lower() != ".xlsx":
        raise UserError(f"{to}: a template is a workbook; let its name end in .xlsx")
    for path in mall.write(all_sources()[source], year, to, region):
        say(str(path))


def serve(
    port: Annotated[int, typer.Option("--port", help="Port of the web interface.")] = 3000,
    host: Annotated[
        str, typer.Option("--host", help="Address to listen on. There is no sign-in: see docs/security.md.")
    ] = "127.0.0.1",
    name: Annotated[
        list[str] | None, typer.Option("--name", help="A name under which a proxy with a sign-in is reached.")
    ] = None,
) -> None:
    """Start Dagster's web interface, with schedules and the sensor on landing, over this home folder."""
    from dagster_project import webserver
    from dagster_project.build import prepare

    prepare(Session.home)
    say(f"Dagster: http://{host}:{port} (stop with Ctrl+C)")
    os.chdir(PROJECT)
    webserver.serve(host, port, name or [])
