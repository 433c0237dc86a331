"""Commands that read what is there: deliveries, query, export, releases, diff, attack, trace."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from dataclasses import asdict
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from dagster_project.cli.screen import Format, say, table, write
from dagster_project.cli.session import ReleaseYear, Session, Year, existing_home, release_of
from dagster_project.errors import UserError
from dagster_project.release import releases as frozen
from dagster_project.release.manifest import INTERN
from dagster_project.settings import Home

if TYPE_CHECKING:
    import duckdb

Listed = Annotated[Format, typer.Option("--format", help="table, csv or json.")]


class Show(StrEnum):
    received = "received"
    expected = "expected"
    reminders = "reminders"


#: What the release knows of deliveries, by :class:`Show`.
EXPECTED = {
    Show.expected: """
        select kalla, overenskommelse, period, respondent_typ, min(sista_dag) as sista_dag, count(*) as forvantade,
            count(*) filter (status = 'inkommen') as inkomna, count(*) filter (status = 'sen') as sena,
            count(*) filter (status = 'saknas') as saknas, count(*) filter (status = 'vantar') as vantar,
            count(*) filter (status = 'avvisad') as avvisade,
            count(*) filter (status = 'vantad') as vantade, count(*) filter (status = 'okand') as okanda
        from mart.leveransstatus group by all order by kalla, period, overenskommelse, respondent_typ""",
    Show.reminders: """
        select respondent_typ, respondent_kod, respondent, overenskommelse, skyldighet, period, sista_dag, status, pahittad
        from tabell.paminnelser order by respondent_typ, respondent, sista_dag, period, skyldighet""",
}


def deliveries(
    year: Year,
    show: Annotated[
        Show | None,
        typer.Option(
            "--show",
            help="Only what was received, what was expected (one line per source and period), or whom to remind of what.",
        ),
    ] = None,
    format: Listed = Format.table,
) -> None:
    """The register: what was received and how it was judged, and (after a build) what was expected, late, missing or unknown."""
    home = existing_home()
    if show in (None, Show.received):
        columns, rows = _received(home, year)
        if format is not Format.table:
            write(columns or ["leverans_id"], rows, format)
            return
        table("Received", *_shown(columns, rows))
    if show is Show.received:
        return
    if show is None and frozen.current(home, year) is None:
        say(f"What was expected is shown after 'uppfoljning build --year {year}'.")
        return
    release = release_of(year)
    columns, rows = _select(release, EXPECTED[show or Show.expected])
    if format is Format.table:
        table(f"{(show or Show.expected).capitalize()}, release {release.id}", columns, rows)
    else:
        write(columns, rows, format)


def _received(home: Home, year: int) -> tuple[list[str], list[tuple[Any, ...]]]:
    from dagster_project.deliveries import wording
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
                "filnamn": wording.file_name(row["filnamn"]),
                "mottagen": row["mottagen"],
                "status": row["status"],
                "gallande": "ja" if row["leverans_id"] in used else "nej",
                "pahittad": "ja" if row["pahittad"] else "nej",
                "rader": row["rader_godkanda"],
                "karantan": row["rader_karantan"],
                "fel": row["antal_fel"],
                "anm": row["antal_anmarkningar"],
                "skal": first + more,
            }
        )
    return list(received[0]) if received else [], [tuple(r.values()) for r in received]


def _shown(columns: list[str], rows: list[tuple[Any, ...]]) -> tuple[list[str], list[tuple[Any, ...]]]:
    """What was received as it is read on a screen: by names, and the id by what tells it apart."""
    from dagster_project.deliveries import wording
    from dagster_project.release.database import MARK

    shown = []
    for row in rows:
        r = dict(zip(columns, row, strict=True))
        kalla, _, short = r["leverans_id"].rpartition("-")
        verdict = "Ersatt" if r["status"] == "ersatt" else wording.verdict(r["status"], r["karantan"])
        received = str(r["mottagen"])[:10]
        name = f"{r['filnamn']} {MARK}" if r["pahittad"] == "ja" else r["filnamn"]
        shown.append((name, wording.source(kalla), received, verdict, r["gallande"], r["rader"], r["skal"], short))
    return ["fil", "källa", "mottagen", "bedömning", "gäller", "rader", "skäl", "referens"], shown


def query(
    sql: Annotated[str, typer.Argument(help='A question in SQL, for example: "select * from mart.webbtidbok".')],
    format: Annotated[Format, typer.Option("--format", help="How the answer is written.")] = Format.table,
    to: Annotated[
        Path | None, typer.Option("--out", help="File to write to instead of the screen (needed for parquet).")
    ] = None,
    year: ReleaseYear = None,
) -> None:
    """Ask the current release, read-only. Marts are in schema *mart*, reference tables in *referens*."""
    if format is Format.parquet and to is None:
        raise UserError("parquet is written to a file: say which with --out")
    if format is Format.parquet and to is not None:
        _parquet(release_of(year), sql, to)
        return
    columns, rows = _select(release_of(year), sql)
    if format is Format.table:
        table(None, columns, rows)
    else:
        write(columns, rows, format, to)


def _select(release: frozen.Release, sql: str) -> tuple[list[str], list[tuple[Any, ...]]]:
    import duckdb

    from dagster_project.release import ReleaseError, questions

    with questions.opened(release.house) as con:
        answer = questions.ask(con, sql)
        try:
            return _names(answer), answer.fetchall()
        except duckdb.Error as error:  # found out in the middle of the answer
            raise ReleaseError(questions.said(error)) from None


def _parquet(release: frozen.Release, sql: str, to: Path) -> None:
    """The answer leaves the shut database as Arrow and is written by another."""
    import duckdb

    from dagster_project.release import questions

    with questions.opened(release.house) as con, duckdb.connect() as writer:
        answer = questions.ask(con, sql).to_arrow_table()
        writer.from_arrow(answer).write_parquet(str(to))


def _names(answer: duckdb.DuckDBPyConnection) -> list[str]:
    return [column[0] for column in answer.description or ()]


def export(
    year: Year,
    to: Annotated[
        Path, typer.Option("--out", help="New or empty folder to write to; an earlier export there is replaced.")
    ],
    intern: Annotated[
        bool,
        typer.Option("--intern", help="Also what is not to be published: the folder intern/ of the working group."),
    ] = False,
) -> None:
    """Copy the current release of a year: page, workbook, document, csv files, analysts' database, manifest; with --intern also what is
    for those who work with the report, and is not to be published."""
    release, home = release_of(year), Session.home.root.resolve()
    if home in (to.resolve(), *to.resolve().parents):
        raise UserError(f"{to} lies in the home folder {home}: choose a folder outside it")
    files = frozen.export(release, to, intern=intern)
    own = sum(INTERN in path.relative_to(to).parts for path in files)
    say(f"Release {release.id}: {len(files) - own} files in {to.resolve()}")
    if own:
        say(f"Not to be published: {to.resolve() / INTERN} ({own} files)")
    say(f"  {to.resolve() / release.workbook.name}")


def releases() -> None:
    """All releases, with what they were made from; * marks the current one of each year."""
    home = existing_home()
    rows: list[Sequence[Any]] = []
    for r in frozen.releases(home):
        mark = "*" if frozen.current(home, r.ar) == r else ""
        if r.whole:
            m = r.manifest
            made_of: tuple[object, ...] = (
                m["underlag_till"],
                len(m["leveranser"]),
                m["kodversion"],
                len(m["hallna_marter"]) or "",
            )
        else:
            made_of = ("the manifest cannot be read",)
        rows.append((r.id + mark, *made_of, *[""] * (4 - len(made_of))))
    table(None, ["release", "underlag till", "leveranser", "kodversion", "hållna"], rows)


def hide(
    names: Annotated[
        list[str] | None, typer.Argument(metavar="[NAME]…", help="Names to hide; left out: the names that are hidden.")
    ] = None,
) -> None:
    """Hide names in everything that is published: as *[namn]*, in whatever form they are written, from each year's next build on."""
    from dagster_project.release import persons

    home = existing_home()
    if not names:
        table(None, ["namn"], [(name,) for name in persons.marked(home)])
        return
    persons.mark(home, names)
    years = sorted({release.ar for release in frozen.releases(home)})
    shown = [r for year in years if (r := frozen.current(home, year)) and persons.named_in(r.house, names)]
    say(f"{len(persons.marked(home))} names are hidden, listed in {home.dolda_namn}")
    for release in shown:
        say(f"Release {release.id} shows them: 'uppfoljning build --year {release.ar}' makes an edition that does not")


def diff(
    old: Annotated[str, typer.Argument(metavar="A", help="The earlier release, for example 2020.1.")],
    new: Annotated[str, typer.Argument(metavar="B", help="The later release, for example 2020.2.")],
    format: Listed = Format.table,
) -> None:
    """Cells added, removed and changed from release A to release B, each with the delivery or the code that caused it. Of two years'
    reports: the cells of the rows that both have, and how many rows only one of them has."""
    from dagster_project.release import difference
    from dagster_project.release.database import REVISIONS

    home = existing_home()
    earlier, later = frozen.named(home, old), frozen.named(home, new)
    changes, by_rows = difference.between(home, earlier, later)
    rows = [change.row() for change in changes]
    if format is not Format.table:
        write(difference.COLUMNS, rows, format)
        return
    if rows:
        table(f"From release {old} to {new}: {len(rows)} cells", difference.COLUMNS, rows)
    else:
        what = "content" if earlier.ar == later.ar else "values in all that both have"
        say(f"Releases {old} and {new} have the same {what}.")
    if earlier.ar != later.ar:
        alone = [f"{mart} ({of_old} and {of_new})" for mart, of_old, of_new in difference.apart(earlier, later)]
        say(
            f"Reports of two years: compared is what both have. Rows that only {old} or only {new} has: {', '.join(alone) or 'none'}."
        )
        if by_rows:
            say(f"Without a key, so not compared: {', '.join(by_rows)}.")
    elif by_rows:
        say(f"Without a key, so compared as whole rows: {', '.join(by_rows)}.")
    say(f"Not compared: {REVISIONS}, which tells how a release differs from the one before it.")


def attack(
    release: Annotated[str, typer.Argument(metavar="RELEASE", help="The release, for example 2020.1.")],
) -> None:
    """What a reader could compute of the hidden figures about persons, from everything that a release and the earlier ones of its
    year publish. Exit code 1 when there is something."""
    from dagster_project.release import sealed

    home = existing_home()
    asked = frozen.named(home, release)
    earlier = [each for each in frozen.releases(home) if each.ar == asked.ar and each.nummer < asked.nummer]
    opened, hidden = sealed.attacked([*earlier, asked], home.warehouse / f"{asked.ar}.duckdb")
    for each in opened:
        say(str(each), color="red")
    beside = f", with those before it ({', '.join(each.id for each in earlier)})" if earlier else ""
    say(f"Release {asked.id}{beside}: of {hidden} hidden figures about persons {len(opened)} can be computed.")
    if opened:
        raise typer.Exit(1)


def trace(
    mart: Annotated[
        str, typer.Argument(metavar="MART", help="A mart, or the id of a published table: webbtidbok, tabell_3.")
    ],
    where: Annotated[str, typer.Option("--where", help="Which rows, in SQL, for example \"region = 'Blekinge'\".")],
    column: Annotated[
        str | None, typer.Option("--column", help="Which column of the mart. Default: its main measure.")
    ] = None,
    year: ReleaseYear = None,
    release: Annotated[
        str | None, typer.Option("--release", help="A release by its number, for example 2020.1.")
    ] = None,
    rows: Annotated[
        int, typer.Option("--rows", help="How many rows to show at most; the deliveries count all of them.", min=1)
    ] = 300,
    format: Listed = Format.table,
) -> None:
    """From figures to the deliveries, sheets, rows and columns behind them."""
    from dagster_project.release import lineage

    home = existing_home()
    asked = frozen.named(home, release) if release else release_of(year)
    found = lineage.trace(home, asked, mart, where, column, rows)
    for remark in found.anmarkningar:
        typer.echo(f"uppfoljning: {remark}", err=True)
    columns = list(found.rader[0]) if found.rader else ["leverans_id"]
    lines = [list(row.values()) for row in found.rader]
    if format is Format.json:
        json.dump(asdict(found), sys.stdout, ensure_ascii=False, indent=2, default=str)
        sys.stdout.write("\n")
    elif format is not Format.table:
        write(columns, lines, format)
    elif not found.rader:
        say(
            f"Release {found.utgava}: no delivered row is behind this (no row of {mart} where {where}, or none was delivered)."
        )
    else:
        table(
            f"Release {found.utgava}: deliveries behind {mart} where {where}",
            list(found.leveranser[0]),
            [list(row.values()) for row in found.leveranser],
        )
        shown = f"the first {len(lines)} of {found.antal} rows" if found.antal > len(lines) else f"{found.antal} rows"
        table(f"{shown}" + (f" behind column {found.kolumn}" if found.kolumn else ""), columns, lines)
