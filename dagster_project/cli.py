"""The analyst's command line. Each command is a few lines over a room; what is slow to import is imported where it is used."""

from __future__ import annotations

import csv
import json
import os
import shutil
import sys
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from dagster_project.coding.commands import app as reports
from dagster_project.errors import NothingPublished, UserError
from dagster_project.settings import EXAMPLES, PROJECT, SEEDS, Home

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
3 nothing was published.""",
)

app.add_typer(reports)

#: Piped output is not folded to a screen's width.
out = Console(highlight=False, soft_wrap=True, width=None if sys.stdout.isatty() else 400)
err = Console(stderr=True, highlight=False, soft_wrap=True)

Year = Annotated[int, typer.Option("--year", help="Reporting year, for example 2020.", min=2000, max=2100)]


class Format(StrEnum):
    table = "table"
    csv = "csv"
    json = "json"
    parquet = "parquet"


class _State:
    home: Home
    debug = False


@app.callback()
def _options(
    context: typer.Context,
    home: Annotated[
        Path | None,
        typer.Option(
            "--home", help="Home folder with landing, register and releases. Default: $UPPFOLJNING_HOME, else ./data."
        ),
    ] = None,
    debug: Annotated[bool, typer.Option("--debug", help="Show the traceback of an error.")] = False,
) -> None:
    _State.home = context.obj = Home.at(home)
    _State.debug = debug


def _existing_home() -> Home:
    if not _State.home.exists():
        raise UserError(
            f"{_State.home.root} is no home folder: make one with 'uppfoljning --home {_State.home.root} init'"
        )
    return _State.home


def _release(year: int | None = None) -> Any:
    from dagster_project.release import publish

    release = publish.current(_existing_home(), year)
    if release is None:
        which = f"of {year}" if year else "yet"
        raise UserError(
            f"there is no release {which} in {_State.home.root}: run 'uppfoljning build --year {year or 2020}' first"
        )
    return release


# --- init, build ------------------------------------------------------------------------------------------------------


@app.command()
def init(
    demo: Annotated[bool, typer.Option("--demo", help="Copy the example deliveries for 2020 into landing.")] = False,
) -> None:
    """Make the home folder: a landing folder for each source, and rooms for the rest."""
    from dagster_project.build import prepare
    from dagster_project.sources import all_sources

    home = _State.home
    prepare(home)
    for kalla in all_sources():
        (home.landing / kalla).mkdir(exist_ok=True)
    if demo:
        shutil.copytree(EXAMPLES / "landing", home.landing, dirs_exist_ok=True)
    out.print(f"Home folder: {home.root}")
    out.print(f"Put deliveries in {home.landing}/<source>/" + (" (the examples for 2020 are there)" if demo else ""))


@app.command()
def build(year: Year) -> None:
    """Register, check, load, compute, validate and release one reporting year. What has not changed is not done again."""
    from dagster_project import build as building

    home = _existing_home()
    with err.status("starting") as status:

        def say(line: str) -> None:
            status.update(line)
            if not err.is_terminal:
                err.print(f"· {line}", markup=False)

        outcome = building.run(home, year, say)
    _summary(home, outcome)
    if outcome.blocking or outcome.held:
        raise typer.Exit(1)


def _summary(home: Home, outcome: Any) -> None:
    release = outcome.release
    used = release.manifest["leveranser"]
    if outcome.created:
        out.print(f"[bold]Release {release.id}[/bold] of {len(used)} deliveries")
    else:
        out.print(f"[bold]Nothing new:[/bold] release {release.id} of {len(used)} deliveries stands")
    for kalla, percent, goal, met in _rates(release):
        out.print(f"  response rate {kalla}: {percent}" + ("" if met else f" [yellow](goal {goal})[/yellow]"))
    for asset, check, said in outcome.remarks:
        out.print(f"  [yellow]remark[/yellow] {asset} {check} {said}".rstrip())
    for asset, check, said in outcome.blocking:
        out.print(f"  [red]stopped[/red] {asset} {check} {said}".rstrip())
    for mart, reason in outcome.held.items():
        out.print(f"  [red]held[/red] mart.{mart} keeps its last good state: {reason}")
    if outcome.blocking or outcome.remarks:
        out.print(f"  see 'uppfoljning deliveries --year {release.ar}' and {home.reports}/<delivery>/granskning.xlsx")
    out.print(f"  {release.workbook}")


def _rates(release: Any) -> list[tuple[str, str, str, bool]]:
    """Source, its response rate in words (the lowest of its periods), the goal, and whether every period meets it."""
    import duckdb

    with duckdb.connect(str(release.database), read_only=True) as con:
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


# --- check, deliveries ------------------------------------------------------------------------------------------------


@app.command()
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
    home = _State.home
    _, verdict, written = intake.check(all_sources()[kalla], file, report / file.name, home if home.exists() else None)
    out.print(
        f"[bold]{verdict.bedomning}[/bold]: {verdict.lasta} rows read, {verdict.godkanda} accepted, {verdict.karantan} in quarantine"
    )
    for a in verdict.anmarkningar:
        out.print(f"  {a.niva}: {a.plats}: {a.meddelande}", markup=False)
    out.print(f"  {written}")
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


class Show(StrEnum):
    received = "received"
    expected = "expected"
    reminders = "reminders"


#: What the release knows of deliveries, by :class:`Show`.
EXPECTED = {
    Show.expected: """
        select kalla, overenskommelse, period, respondent_typ, min(sista_dag) as sista_dag, count(*) as forvantade,
            count(*) filter (status = 'inkommen') as inkomna, count(*) filter (status = 'sen') as sena,
            count(*) filter (status = 'saknas') as saknas, count(*) filter (status = 'avvisad') as avvisade,
            count(*) filter (status = 'vantad') as vantade, count(*) filter (status = 'okand') as okanda
        from mart.leveransstatus group by all order by kalla, period, overenskommelse, respondent_typ""",
    Show.reminders: """
        select respondent_typ, respondent_kod, respondent, overenskommelse, skyldighet, period, sista_dag, status
        from mart.kalender where paminnelse order by respondent_typ, respondent, sista_dag, period, skyldighet""",
}


@app.command()
def deliveries(
    year: Year,
    show: Annotated[
        Show | None,
        typer.Option(
            "--show",
            help="Only what was received, what was expected (one line per source and period), or whom to remind of what.",
        ),
    ] = None,
    format: Annotated[Format, typer.Option("--format", help="table, csv or json.")] = Format.table,
) -> None:
    """The register: what was received and how it was judged, and (after a build) what was expected, late, missing or unknown."""
    from dagster_project.release import publish

    home = _existing_home()
    if show in (None, Show.received):
        columns, rows = _received(home, year)
        if format is not Format.table:
            _write(columns or ["leverans_id"], rows, format, None)
            return
        _table("Received", columns, rows)
    if show is Show.received:
        return
    if show is None and publish.current(home, year) is None:
        out.print(f"What was expected is shown after 'uppfoljning build --year {year}'.")
        return
    release = _release(year)
    columns, rows = _select(release, EXPECTED[show or Show.expected])
    if format is Format.table:
        _table(f"{(show or Show.expected).capitalize()}, release {release.id}", columns, rows)
    else:
        _write(columns, rows, format, None)


def _received(home: Home, year: int) -> tuple[list[str], list[tuple[Any, ...]]]:
    from dagster_project.deliveries.register import Register

    register = Register(home.register)
    used = {t["leverans_id"] for t in register.tackning(year) if t["gallande"]}
    received = []
    for row in register.leveranser():
        reasons = register.anmarkningar(row["leverans_id"])
        first = f"{reasons[0].plats}: {reasons[0].meddelande}" if reasons else ""
        more = f" (+{len(reasons) - 1})" if len(reasons) > 1 else ""
        received.append(
            {
                "leverans_id": row["leverans_id"],
                "filnamn": row["filnamn"],
                "mottagen": row["mottagen"],
                "status": row["status"],
                "gallande": "ja" if row["leverans_id"] in used else "nej",
                "rader": row["rader_godkanda"],
                "karantan": row["rader_karantan"],
                "fel": row["antal_fel"],
                "anm": row["antal_anmarkningar"],
                "skal": first + more,
            }
        )
    return list(received[0]) if received else [], [tuple(r.values()) for r in received]


# --- query, export, releases ------------------------------------------------------------------------------------------


@app.command()
def query(
    sql: Annotated[str, typer.Argument(help='A question in SQL, for example: "select * from mart.webbtidbok".')],
    format: Annotated[Format, typer.Option("--format", help="How the answer is written.")] = Format.table,
    to: Annotated[
        Path | None, typer.Option("--out", help="File to write to instead of the screen (needed for parquet).")
    ] = None,
    year: Annotated[
        int | None, typer.Option("--year", help="The current release of this year. Default: the latest release.")
    ] = None,
) -> None:
    """Ask the current release, read-only. Marts are in schema *mart*, reference tables in *referens*."""
    columns, rows = _select(_release(year), sql, to if format is Format.parquet else None)
    if format is Format.table:
        _table(None, columns, rows)
    elif format is not Format.parquet:
        _write(columns, rows, format, to)
    elif to is None:
        raise UserError("parquet is written to a file: say which with --out")


def _select(release: Any, sql: str, parquet: Path | None = None) -> tuple[list[str], list[tuple[Any, ...]]]:
    import duckdb

    with duckdb.connect(str(release.database), read_only=True) as con:
        try:
            kinds = [statement.type for statement in con.extract_statements(sql)]
            if kinds not in ([duckdb.StatementType.SELECT], [duckdb.StatementType.EXPLAIN]):
                raise UserError(
                    "that is no question: the release is read-only and answers one select statement at a time"
                )
            answer = con.sql(sql)
            if parquet is not None:
                answer.write_parquet(str(parquet))
                return list(answer.columns), []
            return list(answer.columns), answer.fetchall()
        except duckdb.Error as error:
            raise UserError(str(error).strip().splitlines()[0]) from None


def _table(title: str | None, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    table = Table(title=title, title_justify="left", show_lines=False)
    for column in columns:
        table.add_column(column, overflow="fold")
    for row in rows:
        table.add_row(*("" if v is None else str(v) for v in row))
    out.print(table, soft_wrap=False)


def _write(columns: Sequence[str], rows: Iterable[Sequence[Any]], format: Format, to: Path | None) -> None:
    stream = to.open("w", encoding="utf-8", newline="") if to else sys.stdout
    if format is Format.json:
        json.dump(
            [dict(zip(columns, row, strict=True)) for row in rows], stream, ensure_ascii=False, indent=2, default=str
        )
        stream.write("\n")
    elif format is Format.csv:
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow(columns)
        writer.writerows(rows)
    else:
        raise UserError("the register is written as table, csv or json")
    if to:
        stream.close()


@app.command()
def export(
    year: Year,
    to: Annotated[Path, typer.Option("--out", help="Folder to write to; an earlier export there is replaced.")],
) -> None:
    """Copy the current release of a year: workbook, csv files, analysts' database, manifest."""
    from dagster_project.release import ReleaseError, publish

    release = _release(year)
    try:
        files = publish.export(release, to)
    except ReleaseError as error:
        raise UserError(str(error)) from None
    out.print(f"Release {release.id}: {len(files)} files in {to.resolve()}")
    out.print(f"  {to.resolve() / release.workbook.name}")


@app.command()
def releases() -> None:
    """All releases, with what they were made from; * marks the current one of each year."""
    from dagster_project.release import publish

    home = _existing_home()
    rows = []
    for r in publish.releases(home):
        mark = "*" if publish.current(home, r.ar) == r else ""
        m = r.manifest
        rows.append(
            (r.id + mark, m["underlag_till"], len(m["leveranser"]), m["kodversion"], len(m["hallna_marter"]) or "")
        )
    _table(None, ["release", "underlag till", "leveranser", "kodversion", "hållna"], rows)


@app.command()
def diff(
    old: Annotated[str, typer.Argument(metavar="A", help="The earlier release, for example 2020.1.")],
    new: Annotated[str, typer.Argument(metavar="B", help="The later release, for example 2020.2.")],
    format: Annotated[Format, typer.Option("--format", help="table, csv or json.")] = Format.table,
) -> None:
    """Cells added, removed and changed from release A to release B, each with the delivery or the code that caused it."""
    from dagster_project.release import difference, publish

    changes = publish.compare(_existing_home(), _named(old), _named(new))
    rows = [change.row() for change in changes]
    if format is not Format.table:
        _write(difference.COLUMNS, rows, format, None)
    elif rows:
        _table(f"From release {old} to {new}: {len(rows)} cells", difference.COLUMNS, rows)
    else:
        out.print(f"Releases {old} and {new} have the same content.")


def _named(release_id: str) -> Any:
    from dagster_project.release import publish

    found = publish.releases(_existing_home())
    for release in found:
        if release.id == release_id:
            return release
    raise UserError(f"there is no release {release_id}: choose one of {', '.join(r.id for r in found) or '(none yet)'}")


@app.command()
def trace(
    mart: Annotated[
        str, typer.Argument(metavar="MART", help="A mart, or the id of a published table: webbtidbok, tabell_3.")
    ],
    where: Annotated[str, typer.Option("--where", help="Which rows, in SQL, for example \"region = 'Blekinge'\".")],
    column: Annotated[
        str | None, typer.Option("--column", help="Which column of the mart. Default: its main measure.")
    ] = None,
    year: Annotated[
        int | None, typer.Option("--year", help="The current release of this year. Default: the latest release.")
    ] = None,
    release: Annotated[
        str | None, typer.Option("--release", help="A release by its number, for example 2020.1.")
    ] = None,
    rows: Annotated[
        int, typer.Option("--rows", help="How many rows to show at most; the deliveries count all of them.", min=1)
    ] = 300,
    format: Annotated[Format, typer.Option("--format", help="table, csv or json.")] = Format.table,
) -> None:
    """From figures to the deliveries, sheets, rows and columns behind them."""
    from dagster_project.release import ReleaseError, publish

    asked = _named(release) if release else _release(year)
    try:
        found = publish.trace(_existing_home(), asked, mart, where, column, rows)
    except ReleaseError as error:
        raise UserError(str(error)) from None
    columns = list(found.rader[0]) if found.rader else ["leverans_id"]
    lines = [list(row.values()) for row in found.rader]
    if format is Format.csv:
        _write(columns, lines, format, None)
    elif format is Format.json:
        json.dump(asdict(found), sys.stdout, ensure_ascii=False, indent=2, default=str)
        sys.stdout.write("\n")
    elif format is Format.parquet:
        raise UserError("a trace is written as table, csv or json")
    elif not found.rader:
        out.print(
            f"Release {found.utgava}: no delivered row is behind this (no row of {mart} where {where}, or none was delivered)."
        )
    else:
        _table(
            f"Release {found.utgava}: deliveries behind {mart} where {where}",
            list(found.leveranser[0]),
            [list(row.values()) for row in found.leveranser],
        )
        shown = f"the first {len(lines)} of {found.antal} rows" if found.antal > len(lines) else f"{found.antal} rows"
        _table(f"{shown}" + (f" behind column {found.kolumn}" if found.kolumn else ""), columns, lines)


# --- fetch ------------------------------------------------------------------------------------------------------------

fetching = typer.Typer(
    no_args_is_help=True, help="Fetch published values over the network into landing. A build never does this."
)
app.add_typer(fetching, name="fetch")

Years = Annotated[str, typer.Option("--years", help="A year or a span: 2024 or 2019-2025.")]
Address = Annotated[str | None, typer.Option("--url", help="Another address of the service.")]


def _span(years: str) -> list[int]:
    first, _, last = years.partition("-")
    if not (first.isdigit() and (last or first).isdigit()):
        raise UserError(f"--years {years}: write a year or a span, for example 2019-2025")
    return list(range(int(first), int(last or first) + 1))


@fetching.command("kolada")
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

    home = _existing_home()
    files = fetch.kolada(home.landing, kpis, _span(years), now=datetime.now(), url=url or fetch.KOLADA, since=since)
    _fetched(files, home)


@fetching.command("sdb")
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

    home = _existing_home()
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
    )
    _fetched(files, home)


def _fetched(files: list[Path], home: Home) -> None:
    out.print(f"{len(files)} files in {home.landing}" if files else "The service has no values for this question.")


# --- serve ------------------------------------------------------------------------------------------------------------


@app.command()
def serve(
    port: Annotated[int, typer.Option("--port", help="Port of the web interface.")] = 3000,
    host: Annotated[str, typer.Option("--host", help="Address to listen on.")] = "127.0.0.1",
) -> None:
    """Start Dagster's web interface, with schedules and the sensor on landing, over this home folder."""
    from dagster_project.build import prepare

    prepare(_State.home)
    out.print(f"Dagster: http://{host}:{port} (stop with Ctrl+C)")
    os.chdir(PROJECT)
    args = [sys.executable, "-m", "dagster", "dev", "-w", "workspace.yaml", "-h", host, "-p", str(port)]
    os.execv(sys.executable, args)


def main() -> None:
    """The entry point: errors in one line, exit codes as the help says."""
    try:
        sys.exit(app(standalone_mode=False) or 0)
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
            err.print(f"uppfoljning: {said} (see 'uppfoljning --help')", markup=False)
        sys.exit(2)
    _say(error, f"{type(error).__name__}: ", " (run again with --debug for the traceback)")
    sys.exit(3)


def _say(error: Exception, before: str = "", after: str = "") -> None:
    if _State.debug:
        err.print_exception()
    lines = str(error).strip().splitlines() or [type(error).__name__]
    err.print(f"uppfoljning: {before}{lines[0]}{after}", markup=False)


if __name__ == "__main__":
    main()
