"""The fact check: what a release says of a region out as a Word file, and the file that the region answers in taken back.

A file says which release and region it is of, and its rows stand in the order of that release, which is frozen. So what comes back is held
against what was sent: a row that is gone or reads otherwise is told, and nothing of the file is used. What comes of it is a delivery to
the source ``underlag`` (the summary, with where its check stands) and a list of what the region wants put right, for the coders.
"""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import yaml
from docx import Document
from docx.document import Document as Doc
from docx.enum.section import WD_ORIENT
from docx.opc.exceptions import PackageNotFoundError
from docx.oxml.parser import OxmlElement
from docx.shared import Cm, Pt
from docx.table import Table

from dagster_project.errors import UserError
from dagster_project.release import questions
from dagster_project.release.csvfiles import safe
from dagster_project.release.manifest import DEMONSTRATION
from dagster_project.release.releases import Release
from dagster_project.sources.nulagesrapport.rules import seed

HEADINGS = ("Nr", "Ämne", "Uppgift", "Vad vi skriver", "Underlag", "Stämmer (ja eller nej)", "Rättelse")
WIDTHS = (1.2, 3.2, 4.4, 7.0, 3.6, 2.2, 4.4)
_SUMMARY, _CHECKED = "Sammanfattning", "Granskad den (år-månad-dag)"
_SORT = "faktagranskning"


@dataclass(frozen=True)
class Uppgift:
    """A row of the fact check: what it is about, and what is written."""

    amne: str
    uppgift: str
    innehall: str
    referens: str

    @property
    def rad(self) -> tuple[str, ...]:
        return self.amne, self.uppgift, self.innehall, self.referens


@dataclass(frozen=True)
class Svar:
    """What a region answered: its summary as it should be, the day, and by number what it wants put right."""

    utgava: str
    region: str
    sammanfattning: str
    rattad: bool
    granskad: date | None
    rattelser: dict[int, tuple[Uppgift, str]]


def said(release: Release) -> dict[str, tuple[str, list[Uppgift]]]:
    """By region: its summary, and what the release says of it out of its own report, documents and named facts."""
    words = {row["kod"]: row["etikett"] for row in seed("nulagesrapport", "kodvarden")}
    found: dict[str, tuple[str, list[Uppgift]]] = {}
    with questions.opened(release.house) as con:
        rows = con.execute("""
            select region, underlag, tema, uppgift, innehall, referens from mart.regionbild
            where perspektiv = 'regionen' and region_kod <> '00' and innehall is not null
            order by region, underlag, tema, uppgift, innehall, referens, kod""").fetchall()
    for region, underlag, tema, uppgift, innehall, referens in rows:
        summary, facts = found.get(region, ("", []))
        if underlag == "sammanfattning":
            found[region] = (innehall, facts)
            continue
        what, _, state = uppgift.partition(", ")
        if underlag == "nulagesrapport_insats" and state:
            uppgift = f"{what}, {words.get(state, state.replace('_', ' '))}"
        text = "; ".join(words.get(part, part) for part in innehall.split(";"))
        facts.append(Uppgift(tema[0].upper() + tema[1:], uppgift, text, _reference(referens or "")))
        found[region] = (summary, facts)
    return found


def _reference(text: str) -> str:
    """A reference without the agreement's code: the region knows its own report."""
    first, _, rest = text.partition(", ")
    return rest if "_" in first else text


def write(release: Release, folder: Path, region: str | None = None) -> list[Path]:
    """A Word file for each region of the release, or for one.

    :raises UserError: the release says nothing of that region.
    """
    everything = said(release)
    if region and region not in everything:
        raise UserError(f"release {release.id} says nothing of {region}: choose one of {', '.join(everything)}")
    folder.mkdir(parents=True, exist_ok=True)
    paths = []
    for name, (summary, facts) in everything.items():
        if region in (None, name):
            paths.append(folder / f"faktagranskning_{release.ar}_{name.replace(' ', '_')}.docx")
            _document(release, name, summary, facts).save(str(paths[-1]))
    return paths


def _document(release: Release, region: str, summary: str, facts: Sequence[Uppgift]) -> Doc:
    document = Document()
    document.core_properties.identifier = f"{_SORT}/{release.id}/{region}"
    document.core_properties.title = f"Faktagranskning: {region}"
    document.core_properties.author = "Socialstyrelsen"
    document.core_properties.language = "sv-SE"
    document.styles["Normal"].font.name = "Arial"
    document.styles["Normal"].font.size = Pt(9)
    section = document.sections[0]
    section.orientation, section.page_width, section.page_height = WD_ORIENT.LANDSCAPE, Cm(29.7), Cm(21.0)
    section.left_margin = section.right_margin = Cm(1.8)
    document.add_heading(f"Faktagranskning: {region}", level=1)
    if release.manifest.get("slag") == DEMONSTRATION:
        document.add_paragraph(f"{DEMONSTRATION}: påhittade uppgifter förekommer och gäller ingen verklig region.")
    document.add_paragraph(
        f"Det här skriver vi om {region} i uppföljningen {release.ar} (utgåva {release.id}). Svara ja eller nej på varje rad och skriv "
        "hur det ska stå där något är fel. Ändra inte det som vi har skrivit i tabellen. Sammanfattningen får ni ändra direkt i texten."
    )
    document.add_heading(_SUMMARY, level=2)
    box = document.add_table(rows=1, cols=1, style="Table Grid")
    box.cell(0, 0).text = summary
    document.add_paragraph()
    day = document.add_table(rows=1, cols=2, style="Table Grid")
    day.cell(0, 0).text = _CHECKED
    document.add_heading("Uppgifter", level=2)
    table = document.add_table(rows=1, cols=len(HEADINGS), style="Table Grid")
    table.autofit = False
    for cell, heading in zip(table.rows[0].cells, HEADINGS, strict=True):
        cell.text = heading
        cell.paragraphs[0].runs[0].bold = True
    for number, fact in enumerate(facts, 1):
        for cell, text in zip(table.add_row().cells, (str(number), *fact.rad, "", ""), strict=True):
            cell.text = text
    table.rows[0]._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))
    for column, width in zip(table.columns, WIDTHS, strict=True):
        column.width = Cm(width)
        for cell in column.cells:
            cell.width = Cm(width)
    return document


def read(path: Path, release_of: dict[str, Release]) -> Svar:
    """What came back.

    :param release_of: the frozen releases by their id.
    :raises UserError: it is no fact check of ours, its release is gone, a row is gone or reads otherwise, or an answer cannot be read.
    """
    try:
        document = Document(str(path))
    except (PackageNotFoundError, KeyError, ValueError) as error:
        raise UserError(f"{path.name}: filen går inte att öppna som ett Worddokument") from error
    sort, _, rest = (document.core_properties.identifier or "").partition("/")
    utgava, _, region = rest.partition("/")
    if sort != _SORT or len(document.tables) != 3:
        raise UserError(f"{path.name}: filen är ingen faktagranskning som har skickats härifrån")
    if utgava not in release_of:
        raise UserError(
            f"{path.name}: utgåva {utgava} finns inte här, så svaret kan inte jämföras med det som skickades"
        )
    summary, facts = said(release_of[utgava]).get(region, ("", []))
    box, day, table = document.tables
    text = "\n".join(paragraph.text for paragraph in box.cell(0, 0).paragraphs).strip()
    return Svar(
        utgava,
        region,
        text or summary,
        bool(text) and text != summary.strip(),
        _day(day.cell(0, 1).text.strip(), path.name),
        _put_right(table, facts, path.name),
    )


def _day(text: str, name: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise UserError(
            f"{name}: dagen för granskningen, {text}, går inte att läsa. Skriv den som 2020-05-22"
        ) from None


def _put_right(table: Table, facts: Sequence[Uppgift], name: str) -> dict[int, tuple[Uppgift, str]]:
    rows = [[cell.text.strip() for cell in row.cells] for row in table.rows[1:]]
    if [row[0] for row in rows] != [str(number) for number in range(1, len(facts) + 1)]:
        raise UserError(f"{name}: raderna är inte de {len(facts)} som skickades, i samma ordning")
    found = {}
    for number, (row, fact) in enumerate(zip(rows, facts, strict=True), 1):
        if [text.split() for text in row[1:5]] != [text.split() for text in fact.rad]:
            raise UserError(f"{name}, rad {number}: det som vi skrev är ändrat. Skriv rättelsen i kolumnen Rättelse")
        answer, correction = row[5].lower().rstrip("."), row[6]
        if answer not in ("", "ja", "nej"):
            raise UserError(f"{name}, rad {number}: svaret ska vara ja eller nej, inte {row[5]}")
        if answer == "ja" and correction:
            raise UserError(f"{name}, rad {number}: svaret är ja, men en rättelse är ifylld")
        if answer == "nej" or correction:
            found[number] = (fact, correction)
    return found


def take_back(paths: Sequence[Path], releases: Sequence[Release], folder: Path, today: date) -> list[Path]:
    """The delivery to ``underlag`` with the summaries, its sidecar, and the list of what regions want put right.

    :raises UserError: as :func:`read`; or two answers are from the same region. Nothing is written then.
    """
    by_id = {release.id: release for release in releases}
    answers = [read(path, by_id) for path in paths]
    if doubled := {a.region for a in answers if sum(b.region == a.region for b in answers) > 1}:
        raise UserError(f"två svar från samma region: {', '.join(sorted(doubled))}")
    years = {by_id[answer.utgava].ar for answer in answers}
    if len(years) != 1:
        raise UserError("svaren ska gälla ett och samma år")
    [year] = years
    folder.mkdir(parents=True, exist_ok=True)
    delivery = folder / f"faktagranskade_sammanfattningar_{year}.csv"
    rows: list[Sequence[object]] = [("Slag", "Region", "Datum", "Text", "Faktagranskning", "Granskad")]
    rows += [
        ("sammanfattning", a.region, today, a.sammanfattning, "rättad" if a.rattad else "godkänd", a.granskad or today)
        for a in answers
        if a.sammanfattning
    ]
    _csv(delivery, rows)
    sidecar = delivery.with_name(delivery.name + ".leverans.yml")
    said_of_it: dict[str, object] = {"period": str(year), "avsandare": "Regionernas faktagranskning"}
    if any(by_id[a.utgava].manifest.get("slag") == DEMONSTRATION for a in answers):
        said_of_it["pahittad"] = True
    sidecar.write_text(yaml.safe_dump(said_of_it, allow_unicode=True, sort_keys=False), encoding="utf-8")
    corrections = folder / f"rattelser_att_bedoma_{year}.csv"
    wanted: list[Sequence[object]] = [("Region", "Nr", *HEADINGS[1:5], "Rättelse")]
    wanted += [
        [safe(cell) for cell in (a.region, n, *fact.rad, text)]
        for a in answers
        for n, (fact, text) in a.rattelser.items()
    ]
    _csv(corrections, wanted)
    return [delivery, sidecar, corrections]


def _csv(path: Path, rows: Sequence[Sequence[object]]) -> None:
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        csv.writer(file, delimiter=";", lineterminator="\r\n").writerows(rows)
