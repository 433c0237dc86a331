"""Nobody is named in what leaves the house: personal data is planted in every place of a delivery and looked for in every output."""

from __future__ import annotations

import csv
import io
import json
import re
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import duckdb
import openpyxl
import pytest
import yaml
from facit import SURVEY_COLUMNS

from dagster_project.release import persons
from dagster_project.release.releases import Release, current
from dagster_project.settings import EXAMPLES, Home

#: Written as people write: numbers nobody has, addresses that lead nowhere, and a name that no list of names holds.
PLANTED = [
    "640823-3234",
    "19640823–3234",
    "640823 − 3234",
    "196408233234",
    "640823‑3234",
    "640883-3234",
    "xerxana.zwylt@exempel.example",
    "xerxana (at) exempel.example",
    "xerxana snabel-a exempel punkt example",
    "+46 (0)73-555 61 72",
    "073–555 61 72",
    "(073) 555 61 72",
    "0046 73 555 61 72",
    "Xerxana Zwylt",
    "Zwylt, Xerxana",
]
NAME = "Xerxana Zwylt"
ALL = "; ".join(PLANTED)
SIDE = {"avsandare": f"{NAME}, {PLANTED[6]}", "kontakt": ALL, "mottagen": "2020-04-02T08:00:00"}


def compact(text: str) -> str:
    """Letters and figures only: a marker is found however it is broken up."""
    return re.sub(r"[\W_]", "", text).lower()


def deliver(home: Home, kalla: str, name: str, content: bytes | str, **side: str) -> None:
    path = home.landing / kalla / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    path.with_name(f"{name}.leverans.yml").write_text(yaml.safe_dump({**SIDE, **side}, allow_unicode=True), "utf-8")


def workbook(sheet: str, rows: list[list[str]]) -> bytes:
    book, stream = openpyxl.Workbook(), io.BytesIO()
    page = book.worksheets[0]
    page.title = sheet
    for row in rows:
        page.append(row)
    book.save(stream)
    return stream.getvalue()


def plant(home: Home) -> None:
    """Deliveries with the markers in file names, sheet names, sidecars, free text and cells that nobody prints."""
    deliver(
        home,
        "webbtidbok",
        f"{PLANTED[0]} {NAME}.xlsx",
        workbook(f"{NAME} {PLANTED[1]}", [["Region", "Visa tid", "Boka tid"], ["Halland", "3", "2"]]),
        period="2020-03",
    )
    document = [["Region", "Dokument", "Politiskt beslut", "Gemensamt dokument"]]
    document += [
        [region, f"Plan. {marker}", f"Ja, enligt {marker}", f"Se {marker}"]
        for region, marker in zip(["Blekinge", "Dalarna", "Halland"], [ALL, *PLANTED[-2:]], strict=True)
    ]
    deliver(home, "inriktningsdokument", f"{PLANTED[6]}.xlsx", workbook(PLANTED[9], document), period="2020")
    [report] = (EXAMPLES / "landing" / "nulagesrapport").glob("*.txt")
    text = report.read_text(encoding="utf-8").replace("\nNuläge\n", f"\nNuläge\n\nFråga {ALL}.\n\n", 1)
    deliver(
        home,
        "nulagesrapport",
        f"Rapport av {NAME} {PLANTED[10]}.txt",
        text.replace("Region Kronoberg. PÅHITTAD", f"Region Kronoberg. {ALL}", 1),
        region="Kronoberg",
        overenskommelse="gnv_2019",
        period="2019",
    )
    answers = ["ja", "nej", "", "", *[""] * 8]
    survey = io.StringIO()
    csv.writer(survey, delimiter=";").writerows([SURVEY_COLUMNS, ["0114", "2020-01-15", *answers, ALL, ALL]])
    deliver(home, "kommunenkat", f"enkät {PLANTED[12]}.csv", survey.getvalue())
    with next((EXAMPLES / "landing" / "ekonomisk_redovisning").glob("*.csv")).open(encoding="utf-8") as file:
        form = next(csv.DictReader(file, delimiter=";"))
    form |= {"Kontaktperson": ALL, "E-postadress": ALL, "Underskrift": ALL, "Avvikelser och åtgärder": ALL}
    forms = io.StringIO()
    writer = csv.DictWriter(forms, list(form), delimiter=";")
    writer.writeheader()
    writer.writerow(form)
    deliver(home, "ekonomisk_redovisning", f"blankett {NAME}.csv", forms.getvalue(), period="2020")


def texts(folder: Path) -> Iterator[tuple[str, str]]:
    """Every file of a release as text, by its name and content; of an archive what is in it, of a database its tables and comments."""
    for path in sorted(p for p in folder.rglob("*") if p.is_file()):
        yield path.name, path.name
        if path.suffix == ".duckdb":
            with duckdb.connect(str(path), read_only=True) as con:
                for schema, table, comment in con.execute(
                    "select schema_name, table_name, comment from duckdb_tables()"
                ).fetchall():
                    rows = con.execute(f'from {schema}."{table}"').fetchall()
                    yield f"{schema}.{table}", f"{comment} {rows}"
        elif zipfile.is_zipfile(path):
            with zipfile.ZipFile(path) as archive:
                for name in archive.namelist():
                    yield f"{path.name}/{name}", archive.read(name).decode("utf-8", "replace")
        else:
            yield path.name, path.read_bytes().decode("utf-8", "replace")


def found(folder: Path, markers: list[str]) -> set[tuple[str, str]]:
    wanted = {marker: compact(marker) for marker in markers}
    return {
        (place, marker)
        for place, text in texts(folder)
        for marker, core in wanted.items()
        if marker in text or core in compact(text)
    }


@pytest.mark.usefixtures("few_tables")
def test_nobody_who_was_planted_is_in_any_output(begun: Home, uppfoljning: Callable[..., Any]) -> None:
    home = begun
    plant(home)
    assert uppfoljning("--home", home.root, "hide", NAME).code == 0
    ran = uppfoljning("--home", home.root, "build", "--year", 2020)
    assert ran.code in (0, 1), ran.err
    release = current(home, 2020)
    assert release is not None
    assert len(release.manifest["leveranser"]) == 5, ran.out
    assert {row["avsandare"] for row in release.manifest["leveranser"]} <= {
        *("Inera", "Regionerna", "Kommunerna", "Kammarkollegiet", "Kronoberg")
    }
    shown = {name for name, text in texts(release.path) if "[personnummer]" in text and "[namn]" in text}
    assert {"mart.rapporttext", "mart.inriktningsdokument", "tabell_1.csv", "index.html"} <= shown
    assert found(release.path, PLANTED) == set()
    # The house itself knows which file and which sheet it was.
    trace = uppfoljning(
        "--home", home.root, "trace", "webbtidbok", "--where", "region = 'Halland'", "--year", 2020, "--format", "json"
    )
    assert json.loads(trace.out)["rader"][0]["leverans_id"].startswith("webbtidbok-")


@pytest.mark.usefixtures("only_tables", "few_tables")
def test_a_name_marked_once_is_gone_from_the_next_edition(
    home: Home, release_of: Callable[..., Release], build_db: Path
) -> None:
    """In marts, printed tables, what was revised, and a table that is held, which is taken from the release that showed the name."""
    with duckdb.connect(str(build_db)) as con:
        con.execute(
            "create table mart.revideringar (nr bigint, utgava varchar, mart varchar, nyckel varchar, kolumn varchar, "
            "typ varchar, fore varchar, efter varchar, orsak varchar)"
        )
        con.execute(f"update mart.inriktningsdokument set dokument = 'Plan av {NAME}' where region_kod = '10'")
    before = release_of()
    assert found(before.path, [NAME])
    assert persons.named_in(before.database, [NAME])
    with duckdb.connect(str(build_db)) as con:
        con.execute("update mart.webbtidbok set visa_tid = 24 where region_kod = '10'")
    held = {"tabell.tabell_1": "Nyckeln är inte entydig."}
    after = release_of("f2", hidden=(NAME.upper(),), held=held)
    assert not found(after.path, [NAME])
    with duckdb.connect(str(after.database), read_only=True) as con:
        assert con.execute("select dokument from tabell.tabell_1 where region_kod = '10'").fetchone() == (
            "Plan av [namn]",
        )
        revised = "select mart, kolumn, fore, efter from mart.revideringar"
        assert con.execute(revised).fetchall() == [("webbtidbok", "visa_tid", "23", "24")]


def test_coders_are_numbers(tmp_path: Path) -> None:
    """The same coder has the same number in every mart, alone or among several."""
    path = tmp_path / "utgava.duckdb"
    with duckdb.connect(str(path)) as con:
        con.execute("create schema mart; create table mart.insats as select unnest(['Per Ek', 'AB']) as kodare")
        con.execute("create table mart.par as select 'AB' as kodare_1, 'Per Ek' as kodare_2")
        con.execute("create table mart.regionuppgift as select 'AB, Per Ek' as kodare")
    for _ in range(2):  # what is numbered stays as it is
        persons.cover(path, ())
        with duckdb.connect(str(path), read_only=True) as con:
            assert con.execute("from mart.insats").fetchall() == [("kodare 2",), ("kodare 1",)]
            assert con.execute("from mart.par").fetchall() == [("kodare 1", "kodare 2")]
            assert con.execute("from mart.regionuppgift").fetchall() == [("kodare 1, kodare 2",)]
