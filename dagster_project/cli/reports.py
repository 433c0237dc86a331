"""The commands of ``uppfoljning reports``: proposals out as workbooks, search, and how good the proposals are."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from dagster_project.cli.screen import say, table
from dagster_project.cli.session import existing_home, release_of
from dagster_project.errors import UserError

if TYPE_CHECKING:
    from dagster_project.coding.evaluate import Matning

app = typer.Typer(
    name="reports", no_args_is_help=True, help="Region status reports: proposals to code, search, evaluation."
)


@app.command()
def proposals(
    year: Annotated[int, typer.Option("--year", help="Reporting year.")],
    to: Annotated[Path, typer.Option("--out", help="Folder for the workbooks.")],
    coder: Annotated[str, typer.Option("--coder", help="The coder's sign, for example AB. No name.")],
) -> None:
    """Write a workbook per region with the proposals to confirm, correct, reject or add to. Deliver it in landing/kodning."""
    from dagster_project.coding import workbook

    for path in workbook.write(existing_home(), year, to, coder):
        say(str(path))


@app.command()
def disagreements(
    year: Annotated[int, typer.Option("--year", help="Reporting year.")],
    to: Annotated[Path, typer.Option("--out", help="Folder for the workbooks.")],
    coder: Annotated[str, typer.Option("--coder", help="The sign of the one who decides, for example CC. No name.")],
) -> None:
    """Write a workbook and a page per region with what coders differ about and what each says, to decide. Deliver it in landing/kodning."""
    from dagster_project.coding import workbook
    from dagster_project.release import questions

    with questions.opened(release_of(year).house) as con:
        for path in workbook.adjudicate(existing_home(), year, to, coder, con):
            say(str(path))


@app.command()
def changes(year: Annotated[int, typer.Option("--year", help="Reporting year.")]) -> None:
    """What the reader says now that is not coded, and codings whose proposal is gone. Codings stand whatever it says."""
    from dagster_project.coding import workbook

    table(None, ["region", "vad", "fält", "text"], workbook.changed(existing_home(), year))


@app.command()
def factcheck(
    year: Annotated[int, typer.Option("--year", help="Reporting year.")],
    to: Annotated[Path, typer.Option("--out", help="Folder for the Word files.")],
    region: Annotated[str | None, typer.Option("--region", help="Only this region.")] = None,
) -> None:
    """Write a Word file per region with what the latest release says of it, for the region to check and answer in."""
    from dagster_project.coding import factcheck as check

    for path in check.write(release_of(year), to, region):
        say(str(path))


@app.command()
def answers(
    files: Annotated[list[Path], typer.Argument(help="Word files that the regions have answered in.")],
    to: Annotated[Path, typer.Option("--out", help="Folder for the delivery and the list of corrections.")],
) -> None:
    """Take answers back: a delivery for landing/underlag with the checked summaries, and a list of what to put right in the codings."""
    from dagster_project.coding import factcheck as check
    from dagster_project.reading import swedish_time
    from dagster_project.release.releases import releases

    for path in check.take_back(files, releases(existing_home()), to, swedish_time.now().date()):
        say(str(path))


@app.command()
def masked() -> None:
    """Where personal data was found and hidden in the reports and the codings: file, line and kind, never the data itself."""
    from dagster_project.deliveries.register import Register

    rows = Register(existing_home().register).rows(
        "select l.kalla, l.filnamn, l.leverans_id, a.rad, min(a.hittat) as slag from anmarkning a join leverans l using (leverans_id)"
        " where l.kalla in ('nulagesrapport', 'kodning') and a.kod = 'personuppgift'"
        " group by l.kalla, l.filnamn, l.leverans_id, a.rad order by l.kalla, l.filnamn, l.leverans_id, a.rad"
    )
    table(None, ["källa", "fil", "leverans", "rad", "dolt"], [tuple(row.values()) for row in rows])
    kinds = Counter(kind for row in rows for kind in row["slag"].split(", "))
    say(", ".join(f"{kind}: {n} lines" for kind, n in kinds.most_common()) or "nothing was hidden")


@app.command()
def search(
    words: Annotated[str, typer.Argument(help='Words that a block must hold; "several words" in quotes as one.')],
    region: Annotated[str | None, typer.Option("--region", help="Only this region.")] = None,
    year: Annotated[int | None, typer.Option("--year", help="Only reports for this year.")] = None,
    area: Annotated[int | None, typer.Option("--area", help="Only this development area (1–3).")] = None,
) -> None:
    """Search the text of the latest release's reports; hits are shown with the words around them."""
    from dagster_project.release import questions, reporttext

    if not reporttext.wanted(words):
        raise UserError("say at least one word to search for")
    with questions.opened(release_of().house) as con:
        hits = reporttext.search(con, words, region=region, ar=year, omrade=area)
    table(
        None,
        ["region", "år", "område", "sida", "rad", "text"],
        [(t.region, t.ar, t.omrade, t.sida, t.rad, t.sammanhang) for t in hits],
    )
    say(f"{len(hits)} hits")


@app.command()
def evaluate(
    file: Annotated[
        Path, typer.Argument(help="A document with a report, or a folder of them with <name>.facit.csv beside each.")
    ],
    measures: Annotated[
        Path | None, typer.Option("--measures", help="csv with excerpt_as_printed and source_line.")
    ] = None,
    facts: Annotated[
        Path | None, typer.Option("--facts", help="csv with fact_code, value, value_as_printed and source_line.")
    ] = None,
) -> None:
    """Recall and precision of the proposals against what a reader found in the same report."""
    from dagster_project.coding import evaluate as ev
    from dagster_project.reading import sidecar
    from dagster_project.sources.nulagesrapport import segments_of

    if file.is_dir():
        for path, key in ev.keys_in(file):
            _tell(path.name, ev.measure(ev.report_of(path, sidecar.read(path)[0]), key))
        return
    for s in segments_of(file):
        say(f"{s.rad}–{s.rad_till}: {s.typ}{' (' + s.overenskommelse + ')' if s.overenskommelse else ''}")
    reports = [s for s in segments_of(file) if s.rapport]
    found = ev.report_of(file)
    results = [ev.measures(found, ev.read_csv(measures))] if measures else []
    if facts and reports:
        results.append(ev.facts(found, ev.read_csv(facts), (reports[0].rad, reports[0].rad_till)))
    _tell(file.name, results)


def _tell(name: str, results: list[Matning]) -> None:
    table(
        name,
        ["", "in the key", "proposed", "by both", "recall", "precision"],
        [
            (m.namn, m.facit, m.forslag, m.traffar, f"{m.aterfinning:.2f}", f"{m.precision:.2f}")
            for m in results
            if m.facit
        ],
    )
    for m in results:
        for label, items in (("missed", m.missade), ("too many", m.overskott)):
            for item in items:
                say(f"  {m.namn}, {label}: {item}")
