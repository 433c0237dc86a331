"""The commands of ``uppfoljning fetch``: the only ones that go out on the network."""

from __future__ import annotations

import csv
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from dagster_project.cli.screen import say
from dagster_project.cli.session import existing_home
from dagster_project.errors import UserError
from dagster_project.settings import SEEDS, Home

app = typer.Typer(
    no_args_is_help=True, help="Fetch published values over the network into landing. A build never does this."
)

Years = Annotated[str, typer.Option("--years", help="A year or a span: 2024 or 2019-2025.")]
Address = Annotated[str | None, typer.Option("--url", help="Another address of the service.")]


def _span(years: str) -> list[int]:
    first, _, last = years.partition("-")
    if not (first.isdigit() and (last or first).isdigit()):
        raise UserError(f"--years {years}: write a year or a span, for example 2019-2025")
    return list(range(int(first), int(last or first) + 1))


@app.command("kolada")
def fetch_kolada(
    kpis: Annotated[list[str], typer.Argument(help="Kolada's ids, for example N79173 U79092.")],
    years: Years,
    since: Annotated[
        str | None, typer.Option("--since", help="Only values changed since this day, YYYY-MM-DD.")
    ] = None,
    url: Address = None,
) -> None:
    """Fetch key figures for all regions from Kolada (v3)."""
    from dagster_project import fetch

    home = existing_home()
    client = fetch.Client(tell=_tell)
    files = fetch.kolada(
        home.landing, kpis, _span(years), now=datetime.now(), url=url or fetch.KOLADA, since=since, client=client
    )
    _fetched(files, home)


@app.command("sdb")
def fetch_sdb(
    subject: Annotated[str, typer.Argument(help="The subject's name in addresses of the database.")],
    measure: Annotated[str, typer.Option("--measure", help="The measure's id; the service takes one at a time.")],
    years: Years,
    segment: Annotated[
        list[str] | None, typer.Option("--segment", help="One more dimension and its ids, for example alder/9.")
    ] = None,
    url: Address = None,
) -> None:
    """Fetch one measure for the country and all regions from Socialstyrelsen's statistics database."""
    from dagster_project import fetch

    home = existing_home()
    with (SEEDS / "reference" / "regioner.csv").open(encoding="utf-8", newline="") as file:
        regions = [0, *(int(row["region_kod"]) for row in csv.DictReader(file))]
    files = fetch.sdb(
        home.landing,
        subject,
        measure,
        regions=regions,
        sexes=[1, 2, 3],
        years=_span(years),
        segments=segment or [],
        now=datetime.now(),
        url=url or fetch.SDB,
        client=fetch.Client(tell=_tell),
    )
    _fetched(files, home)


def _tell(line: str) -> None:
    typer.echo(f"· {line}", err=True)


def _fetched(files: list[Path], home: Home) -> None:
    say(f"{len(files)} files in {home.landing}" if files else "The service has no values for this question.")
