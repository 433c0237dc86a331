"""Made up is a property of a delivery: every row that rests on one says so wherever it is shown, and nothing else does.

What is made up is read from the sidecars of the examples, and what rests on what from the tables themselves.
"""

from __future__ import annotations

import csv
import hashlib
import json
import re
import xml.etree.ElementTree as ET
from collections.abc import Callable
from pathlib import Path
from typing import Any, Literal

import docx
import duckdb
import openpyxl
import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from printed_tables import csv_of
from rdflib import DCTERMS, Graph, URIRef

from dagster_project import rapporter
from dagster_project.release import catalogue, lineage, made_up, metadata
from dagster_project.release.database import MARK
from dagster_project.release.manifest import DEMONSTRATION
from dagster_project.release.page import words
from dagster_project.release.releases import Release, current
from dagster_project.settings import Home
from dagster_project.warehouse.graph import Graph as Project

REPO = Path(__file__).resolve().parents[2]
LANDING = REPO / "examples" / "landing"
SIDECARS = {
    path.name.removesuffix(".leverans.yml"): (
        path.parent.name,
        yaml.safe_load(path.read_text(encoding="utf-8")).get("pahittad", False),
    )
    for path in LANDING.rglob("*.leverans.yml")
}
DIGESTS = {
    hashlib.sha256(path.read_bytes()).hexdigest(): path.name for path in LANDING.rglob("*") if path.name in SIDECARS
}
FAKE = {name for name, (_, said) in SIDECARS.items() if said}
FAKE_SOURCES = {kalla for kalla, said in SIDECARS.values() if said}
REAL_SOURCES = {kalla for kalla, _ in SIDECARS.values()} - FAKE_SOURCES

Row = dict[str, str]
#: Which rows of a printed table rest on something made up. True: all that there are.
RESTS: dict[str, bool | Callable[[Row], bool]] = {
    **dict.fromkeys(
        [
            "figur_5",
            "insatstema",
            "komiljard_ar",
            "komiljard_utfall",
            "komiljard_varianter",
            "malbild",
            "medelsredovisning",
            "medelsredovisning_summa",
            "paminnelser",
            "rapporterade_besok",
            "rapportsumma",
            "rapporttackning",
            "regionoversikt",
            "storhet_kostnadsandel",
            "storhet_kostnadsandel_senaste",
            "storhet_specialistbevis",
            "svarsfrekvens_fraga",
            "svarsfrekvens_region",
            "tabell_3",
            "tre_dagar",
            "tre_dagar_granskning",
            "tre_dagar_gransniva",
            "tre_dagar_yrke",
            "tre_dagar_yrke_region",
            "tre_dagar_vardcentral",
            "tre_dagar_dagar",
        ],
        True,
    ),
    **dict.fromkeys(
        [
            "liknande_regioner",
            "medel_avvikelser",
            "medel_barnhalsovard_2020",
            "medel_kommuner_2020",
            "medel_per_ar",
            "medel_per_invanare",
            "medel_region_2020",
            "rattelser",
            "revideringar",
            "specialistutbildning",
            "storhet_aterinskrivning",
            "storhet_aterinskrivning_senaste",
            "storhet_fortroende",
            "storhet_fortroende_senaste",
            "strategidokument",
            "tabell_1",
            "tabell_2",
            "tryckta_utsagor",
            "begrepp",
            "nyckeltal",
            "redovisningar",
            "indikatorkatalog",
            "upprakningar",
            "forteckning",
        ],
        False,
    ),
    # Nobody is known to have handed in, or not, what goes to somebody else; what is not due yet has no verdict.
    # What was handed in under these the reports themselves say.
    "kalender": lambda row: (
        row["kalla"] in FAKE_SOURCES
        and row["status"] in ("inkommen", "sen", "saknas")
        and row["overenskommelse"] not in ("investering_2019", "professionsmiljarden_2017", "personalmiljarderna_2018")
    ),
    "leveransstatus": lambda row: (
        row["kalla"] in FAKE_SOURCES and any(int(row[k]) for k in ("inkomna", "sena", "saknade"))
    ),
    "komiljard_villkor": lambda row: row["villkor"] != "nulagesrapport",
    "svarsfrekvens": lambda row: row["kalla"] in FAKE_SOURCES,
    "storheter_riket": lambda row: row["kalla"] in FAKE_SOURCES,
    "regionprofil": lambda row: row["indikator_id"] == "kostnadsandel_primarvard",
    "underlag": lambda row: row["slag"] not in ("dialog", "synpunkt"),
    "kommunutsagor": lambda row: row["antal_enligt"] != "publikation",
    "utsagor": lambda row: row["antal_enligt"] != "publikation",
    # Where we have no value of our own there is nothing made up beside the other's.
    "tre_dagar_avstamning": lambda row: row["varde_status"] != "x",
    # Our value, out of the made-up survey or the made-up interviews; of the regions' reports there is none.
    "tryckt_mot_beraknat": lambda row: (
        row["rad"] != ""
        and row["tabell"] in ("Tabell 3", "Figur 5", "Målbild", "Svarsfrekvens", "Underlag")
        and row["utfall"] != "ej_beraknad"
    ),
}


@pytest.fixture(scope="module")
def printed(release: Release) -> dict[str, list[Row]]:
    """Every printed table as csv."""
    found = {}
    for table in catalogue.load(2020).tabeller:
        with csv_of(release, table.id).open(encoding="utf-8", newline="") as stream:
            found[table.id] = list(csv.DictReader(stream))
    return found


def expected(table: str, row: Row) -> bool:
    rule = RESTS[table]
    return rule if isinstance(rule, bool) else rule(row)


def wholly(table: str, rows: list[Row]) -> bool:
    return bool(rows) and all(expected(table, row) for row in rows)


@pytest.fixture(scope="module")
def whole(printed: dict[str, list[Row]]) -> set[str]:
    """The tables that are made up from first row to last."""
    return {name for name, rows in printed.items() if wholly(name, rows)}


@pytest.fixture(scope="module")
def mixed(printed: dict[str, list[Row]], whole: set[str]) -> set[str]:
    return {name for name, rows in printed.items() if any(expected(name, row) for row in rows)} - whole


# --- what is made up --------------------------------------------------------------------------------------------------


def test_the_examples_say_which_of_them_are_made_up() -> None:
    """What the examples' own list calls made up; what is printed or published by others is not."""
    printed = {"synpunkter_2020.csv", "publicerade_uppgifter_2020.csv", "publicerade_uppgifter_2018.csv"}
    printed |= {"specialistutbildning_2016-2018.csv", "personalstatistik_2015-2018.csv", "invanartjanster_2018.csv"}
    assert {name for name, (kalla, _) in SIDECARS.items() if kalla in REAL_SOURCES} | printed == {
        name for name, (_, said) in SIDECARS.items() if not said
    }
    assert {"befolkning", "inriktningsdokument", "kolada", "webbtidbok", "yrkesexamensprogram"} == REAL_SOURCES
    said = (REPO / "examples" / "README.md").read_text(encoding="utf-8")
    for line in said.splitlines():
        if match := re.match(r"\| `([^`]+)`(?:, `([^`]+)`)? \| (.*) \|", line):
            files = {p.name for pattern in match.groups()[:2] if pattern for p in LANDING.glob(pattern)} & set(SIDECARS)
            assert files
            assert {name in FAKE for name in files} == {"**made" in match[3]}, line


def test_every_row_says_whether_it_is_made_up(printed: dict[str, list[Row]]) -> None:
    assert RESTS.keys() == printed.keys()
    for name, rows in printed.items():
        for row in rows:
            assert row["pahittad"] == ("true" if expected(name, row) else "false"), (name, row)


def test_a_row_with_a_made_up_delivery_behind_it_is_made_up(release: Release, printed: dict[str, list[Row]]) -> None:
    behind = [row for row in metadata.lineage_of(release.path) if row["sha256"]]
    assert {row["sha256"]: row["pahittad"] for row in behind} == {
        digest: "true" if DIGESTS[digest] in FAKE else "false" for digest in {row["sha256"] for row in behind}
    }
    fake = {(row["tabell"], row["nyckel"]) for row in behind if DIGESTS[row["sha256"]] in FAKE}
    keys = {table.id: table.nyckel for table in catalogue.load(2020).tabeller}
    seen = 0
    for name, rows in printed.items():
        for row in rows:
            if (name, ", ".join(f"{part}={row[part]}" for part in keys[name])) in fake:
                assert row["pahittad"] == "true"
                seen += 1
    assert seen > 500


def test_nobody_real_is_late_or_missing_because_of_something_made_up(
    release: Release, printed: dict[str, list[Row]]
) -> None:
    names = {row["respondent"] for row in printed["paminnelser"]}
    assert len(names) > 64
    assert all(re.fullmatch(r"Påhittad uppgiftslämnare \d+", name) for name in names)
    late = [
        row for row in printed["medelsredovisning"] if "False" in (row["rekvisition_i_tid"], row["redovisning_i_tid"])
    ]
    assert {row["mottagare_namn"][:8] for row in late} == {"Påhittad"}
    assert "Region Skåne" not in {row["mottagare_namn"] for row in printed["medelsredovisning"]}
    failed = [r for r in printed["komiljard_villkor"] if r["sammantaget"] in ("underkand", "inga_data")]
    assert {row["region"][:8] for row in failed} <= {"Påhittad"}
    with duckdb.connect(str(release.house), read_only=True) as con:
        everybody = {
            name
            for (name,) in con.execute(
                "select kommun from referens.kommuner union all from (select region from referens.regioner)"
            ).fetchall()
        }
        for mart, code, late_or_missing in (
            ("leveransstatus", "respondent_kod", "status in ('saknas', 'sen', 'avvisad')"),
            ("kalender", "respondent_kod", "status in ('saknas', 'sen', 'avvisad')"),
            ("komiljard_villkor", "region_kod", "utfall in ('underkand', 'inga_data')"),
            ("medelsredovisning", "mottagare", "not rekvisition_i_tid or not redovisning_i_tid"),
            ("svarsfrekvens", "grupp_kod", "niva = 'region' and inkomna = 0"),
        ):
            codes = con.execute(f"select distinct {code} from mart.{mart} where {late_or_missing}").fetchall()
            assert codes, mart
            assert all(re.fullmatch(r"påhittad \d+", each) for (each,) in codes), mart
    sheet = openpyxl.load_workbook(release.intern / "arbetslistor.xlsx", read_only=True)["Påminnelser"]
    shown = {cell for row in sheet.iter_rows(values_only=True) for cell in row}
    assert shown & everybody == set()
    behind = {row["nyckel"] for row in metadata.lineage_of(release.path) if row["tabell"] == "paminnelser"}
    key = ("respondent_kod", "overenskommelse", "kalla", "period")
    assert {", ".join(f"{part}={row[part]}" for part in key) for row in printed["paminnelser"]} <= behind


# --- where it is said -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("krets", ["publik", "intern"])
def test_the_workbook(
    release: Release,
    printed: dict[str, list[Row]],
    whole: set[str],
    mixed: set[str],
    krets: Literal["publik", "intern"],
) -> None:
    book = openpyxl.load_workbook(release.workbook if krets == "publik" else release.intern / "arbetslistor.xlsx")
    assert str(book["Om statistiken"]["A1"].value).startswith(f"{DEMONSTRATION}: ")
    assert book.properties.title.startswith(f"{DEMONSTRATION}: ")
    contents = {row[0]: str(row[1]) for row in book["Innehåll"].iter_rows(values_only=True)}
    for table in catalogue.load(2020).part(krets).tabeller:
        sheet = book[table.blad]
        assert (MARK in str(sheet["A1"].value)) == (table.id in whole), table.id
        assert (MARK in contents[table.blad]) == (table.id in whole), table.id
        cells = [str(cell) for row in sheet.iter_rows(min_row=2, values_only=True) for cell in row if cell is not None]
        explained = [cell for cell in cells if f"{MARK} bygger på" in cell]
        assert len(explained) == (table.id in whole | mixed), table.id
        if table.id in mixed and not table.pivot:
            marked = [cell for cell in cells if MARK in cell.split() and cell not in explained]
            assert len(marked) == sum(expected(table.id, row) for row in printed[table.id]), table.id
        elif table.id not in mixed:
            assert [cell for cell in cells if MARK in cell] == explained, table.id


def test_the_document(release: Release, printed: dict[str, list[Row]], whole: set[str], mixed: set[str]) -> None:
    document = docx.Document(str(release.path / "tabeller.docx"))
    first, *_ = [p.text for p in document.paragraphs if p.style.name == "Title"]
    assert first.startswith(f"{DEMONSTRATION}: ")
    captions = [p.text for p in document.paragraphs if p.style.name == "Caption"]
    tables = {table.id: table for table in catalogue.load(2020).part("publik").tabeller}
    said = {name: next(c for c in captions if table.titel in c) for name, table in tables.items()}
    assert {name for name, caption in said.items() if MARK in caption} == whole & tables.keys()
    for name in mixed & tables.keys():
        alone = docx.Document(str(release.path / "word" / f"{name}.docx"))
        rows = sum(MARK in cell.text for table in alone.tables for row in table.rows for cell in row.cells)
        assert rows == sum(expected(name, row) for row in printed[name]), name


def test_the_page(release: Release, printed: dict[str, list[Row]], whole: set[str], mixed: set[str]) -> None:
    """In the heading of a table that is made up throughout, otherwise at each row; where the page has a column per period, at each row that
    has anything made up."""
    page = (release.path / "index.html").read_text(encoding="utf-8")
    said = words.of(rapporter.of(2020))
    assert f"<title>{DEMONSTRATION}: " in page
    sections = dict(re.findall(r'<section class="matt" aria-labelledby="(\w+)"[^>]*>(.*?)</section>', page, re.DOTALL))
    own = {name for name in printed if not said.section(name).del_av}
    assert len(own & sections.keys()) > 20
    for name in own & sections.keys():
        heading = re.search(rf'<h3 id="{name}">(.*?)<a', sections[name])
        assert heading
        assert (MARK in heading[1]) == (name in whole), name
        rows = re.findall(r"<tr[ >].*?</tr>", sections[name].partition("<tbody>")[2], re.DOTALL)
        marked = sum(MARK in row for row in rows)
        if said.section(name).spalter:
            assert bool(marked) == (name in mixed), name
        else:
            assert marked == (sum(expected(name, row) for row in printed[name]) if name in mixed else 0), name
    rows = re.findall(r"<tr>(<th.*?)</tr>", page[page.index('id="leveranser"') :], re.DOTALL)
    made = [DIGESTS[row["sha256"]] in FAKE for row in release.manifest["leveranser"]]
    assert sorted(MARK in row for row in rows if 'scope="row"' in row) == sorted(made)
    assert True in made


def test_the_main_points_are_marked_as_their_rows(release: Release) -> None:
    for name in ("index.html", "english.html"):
        page = (release.path / name).read_text(encoding="utf-8")
        shown = re.findall(r'<li>([^<]*) <a href="[\w.]*#(\w+)"', page[page.index('class="punkter"') :])
        shown = [(text, table) for text, table in shown if table in RESTS]
        assert len(shown) > 3
        for text, table in shown:
            if isinstance(RESTS[table], bool):
                assert (MARK in text) == RESTS[table], text


def test_the_figures(release: Release, whole: set[str], mixed: set[str]) -> None:
    with (release.path / "figurer" / "figurer.csv").open(encoding="utf-8", newline="") as stream:
        figures = {row["id"]: row for row in csv.DictReader(stream)}
    of_table = {figure.id: figure.tabell for figure in catalogue.load(2020).figurer}
    assert {row["pahittad"] for row in figures.values()} == {"true", "false"}
    for name, row in figures.items():
        if not row["svg"] or of_table[name] in mixed:
            continue
        fake = of_table[name] in whole
        assert row["pahittad"] == ("true" if fake else "false"), name
        svg = ET.parse(release.path / "figurer" / row["svg"]).getroot()
        title = svg.find("{http://www.w3.org/2000/svg}title")
        assert title is not None
        for text in (str(title.text), row["rubrik"], row["alttext"], "".join(svg.itertext())):
            assert (MARK in text) == fake, name


def test_the_metadata(release: Release, whole: set[str], mixed: set[str]) -> None:
    package = json.loads((release.path / "datapackage.json").read_text(encoding="utf-8"))
    assert package["title"].startswith(f"{DEMONSTRATION}: ")
    resources = {r["name"]: r for r in package["resources"]}
    graph = Graph().parse(release.path / "dcat-ap-se.ttl")
    for name in (table.id for table in catalogue.load(2020).part("publik").tabeller):
        resource = resources[name]
        [field] = [f for f in resource["schema"]["fields"] if f["name"] == "pahittad"]
        assert (field["type"], "trueValues" in field) == ("boolean", False)
        [node] = [s for s in graph.subjects(DCTERMS.identifier) if str(s).endswith(f"dataset/{name}")]
        assert isinstance(node, URIRef)
        for said in (resource["title"], str(graph.value(node, DCTERMS.title))):
            assert (MARK in said) == (name in whole), name
        for said in (resource["description"], str(graph.value(node, DCTERMS.description))):
            assert (MARK in said) == (name in whole | mixed), name
    titles = [str(title) for title in graph.objects(predicate=DCTERMS.title)]
    assert sum(title.startswith(DEMONSTRATION) for title in titles) == 1


def test_the_database(release: Release, printed: dict[str, list[Row]]) -> None:
    with duckdb.connect(str(release.house), read_only=True) as con:
        for name, rows in printed.items():
            answer = con.execute(f"select pahittad from tabell.{name} order by _ordning").fetchall()
            assert [flag for (flag,) in answer] == [expected(name, row) for row in rows], name
        comments = dict(
            con.execute("select table_name, comment from duckdb_tables() where schema_name = 'mart'").fetchall()
        )
    real = {"inriktningsdokument", "webbtidbok", "region_liknande", "medelsfordelning", "strategidokument"}
    real |= {"specialistutbildning", "specialistinriktning", "yrkesexamensprogram"}
    real |= {"tryckt_utsaga", "tryckt_tabelltext", "tryckt_nyckeltal", "uppgiftsvaxling_erfarenhet"}
    real |= {"rattelser", "revideringar"}
    assert {name for name, comment in comments.items() if MARK not in comment} == real


def test_the_manifest(release: Release) -> None:
    said = release.manifest
    assert said["slag"] == DEMONSTRATION
    names = {DIGESTS[row["sha256"]]: row.get("pahittad", False) for row in said["leveranser"]}
    assert names == {name: name in FAKE for name in names}
    assert "pahittade" not in said["tabeller"]["mart.webbtidbok"]
    survey = said["tabeller"]["mart.kommunenkat_resultat"]
    assert survey["pahittade"] == survey["rader"]


def test_the_search_in_made_up_reports_says_so(release: Release) -> None:
    text = (release.path / "sok" / "rapporttext.js").read_text(encoding="utf-8")
    reports = json.loads(text.removeprefix("window.RAPPORTTEXT=").removesuffix(";\n"))["rapporter"]
    assert reports
    assert {mark for *_, mark in reports} == {MARK}


# --- and in what is taken one file at a time -------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def public(release: Release) -> set[str]:
    return {table.id for table in catalogue.load(2020).part("publik").tabeller}


def test_the_csv_files_for_excel(release: Release, printed: dict[str, list[Row]]) -> None:
    files = sorted((release.path / "csv_excel").glob("*.csv"))
    assert len(files) > 40
    for path in files:
        with path.open(encoding="utf-8-sig", newline="") as stream:
            flags = [row["pahittad"] for row in csv.DictReader(stream, delimiter=";")]
        assert flags == ["true" if expected(path.stem, row) else "false" for row in printed[path.stem]], path.stem


def test_the_cubes(release: Release, printed: dict[str, list[Row]], whole: set[str], mixed: set[str]) -> None:
    """In the title where all is made up; otherwise in a measure of its own, 1 where it is."""
    files = sorted((release.path / "jsonstat").glob("*.json"))
    assert {path.stem for path in files} == {path.stem for path in (release.path / "px").glob("*.px")}
    for path in files:
        name, cube = path.stem, json.loads(path.read_text(encoding="utf-8"))
        px = (release.path / "px" / f"{name}.px").read_text(encoding="utf-8")
        title = re.search(r'^TITLE="([^"]*)"', px, re.MULTILINE)
        assert title
        assert {MARK in cube["label"], MARK in title[1]} == {name in whole}, name
        measures = cube["dimension"]["matt"]["category"]["index"]
        assert ("pahittad" in measures) == (name in mixed), name
        assert (f"{MARK} (1: ja, 0: nej)" in px) == (name in mixed), name
        if name in mixed:
            order = list(measures) if isinstance(measures, dict) else measures
            flags = cube["value"][order.index("pahittad") :: len(order)]
            assert sum(flag or 0 for flag in flags) == sum(expected(name, row) for row in printed[name]), name


def test_the_marts_as_parquet(release: Release) -> None:
    """Each row by itself: as many as the comment of the mart counts, of the survey all, of what Inera counts none."""
    with duckdb.connect(str(release.database), read_only=True) as con:
        comments = dict(
            con.execute("select table_name, comment from duckdb_tables() where schema_name = 'mart'").fetchall()
        )
        for path in sorted((release.path / "parquet").glob("*.parquet")):
            counted = con.execute(f"select count(*) filter (where pahittad), count(*) from '{path}'").fetchone()
            said = re.search(r"verkliga uppgiftslämnare: (\d+)\.", comments[path.stem])
            assert counted
            assert counted[0] == (int(said[1]) if said else 0), path.stem
            if path.stem in ("kommunenkat_resultat", "webbtidbok"):
                assert counted[0] == (counted[1] if path.stem == "kommunenkat_resultat" else 0)
        rows = con.execute(
            f"select distinct kalla, pahittad from '{release.path / 'parquet' / 'indikator.parquet'}' where kalla in ('kolada', 'rakenskap')"
        ).fetchall()
    assert sorted(rows) == [("kolada", False), ("rakenskap", True)]


def test_the_specifications_of_the_figures(release: Release, whole: set[str]) -> None:
    drawn = {figure.id: figure.tabell for figure in catalogue.load(2020).figurer}
    files = sorted((release.path / "figurer").glob("*.vl.json"))
    assert len(files) > 10
    for path in files:
        name = path.name.removesuffix(".vl.json")
        text = json.dumps(json.loads(path.read_text(encoding="utf-8"))["title"], ensure_ascii=False)
        assert (MARK in text) == (drawn[name] in whole), name


def test_each_table_as_a_document(release: Release, public: set[str], whole: set[str], mixed: set[str]) -> None:
    for name in public:
        document = docx.Document(str(release.path / "word" / f"{name}.docx"))
        caption = " ".join(p.text for p in document.paragraphs if p.style.name == "Caption")
        assert (MARK in caption) == (name in whole), name
        assert any(f"{MARK} bygger på" in p.text for p in document.paragraphs) == (name in whole | mixed), name


def test_the_pages_of_the_regions(
    release: Release, printed: dict[str, list[Row]], whole: set[str], mixed: set[str]
) -> None:
    """In the heading of a table that is made up throughout, and at each made-up row of the others."""
    pages = sorted((release.path / "region").glob("*.html"))
    assert len(pages) == 21
    seen = set()
    for path in pages:
        page = path.read_text(encoding="utf-8")
        [code] = set(re.findall(r"\?region=(\w\w)#", page))
        for name, section in re.findall(
            r'<section class="matt" aria-labelledby="(\w+)"[^>]*>(.*?)</section>', page, re.DOTALL
        ):
            heading = re.search(rf'<h3 id="{name}">(.*?)</h3>', section, re.DOTALL)
            assert heading
            assert (MARK in heading[1]) == (name in whole), (path.name, name)
            if name in mixed:
                rows = re.findall(r"<tr[ >].*?</tr>", section.partition("<tbody>")[2], re.DOTALL)
                fake = [row for row in printed[name] if row["region_kod"] == code and expected(name, row)]
                assert sum(MARK in row for row in rows) == len(fake), (path.name, name)
                seen.add(name)
    assert seen


def test_what_is_for_the_working_group(release: Release, printed: dict[str, list[Row]], whole: set[str]) -> None:
    page = (release.intern / "index.html").read_text(encoding="utf-8")
    for table in catalogue.load(2020).part("intern").tabeller:
        heading = re.search(rf'id="{table.id}"[^>]*>(.*?)</h', page, re.DOTALL)
        assert heading, table.id
        assert (MARK in heading[1]) == (table.id in whole), table.id
        with (release.intern / "csv" / f"{table.id}.csv").open(encoding="utf-8", newline="") as stream:
            assert [row["pahittad"] == "true" for row in csv.DictReader(stream)] == [
                expected(table.id, row) for row in printed[table.id]
            ]


def test_a_release_of_real_deliveries_says_nothing(published: Release) -> None:
    release = published
    assert "slag" not in release.manifest
    for path in release.path.rglob("*"):
        if path.suffix in (".html", ".json", ".ttl", ".svg"):
            text = path.read_text(encoding="utf-8")
            assert MARK not in text, path
            assert DEMONSTRATION not in text, path
    for path in (release.path / "csv").glob("*.csv"):
        with path.open(encoding="utf-8", newline="") as stream:
            assert {row.get("pahittad") for row in csv.DictReader(stream)} <= {"false", None}
    for name in (release.workbook, release.path / "tabeller.docx"):
        assert MARK not in _everything(name)
        assert DEMONSTRATION not in _everything(name)


def _everything(path: Path) -> str:
    if path.suffix == ".docx":
        document = docx.Document(str(path))
        cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
        return "\n".join([*(p.text for p in document.paragraphs), *cells])
    book = openpyxl.load_workbook(path)
    return "\n".join(str(cell) for sheet in book for row in sheet.iter_rows(values_only=True) for cell in row)


def test_what_is_held_stays_marked(held: Home) -> None:
    made = current(held, 2020)
    assert made is not None
    assert (made.id, made.manifest["leveranser"]) == ("2020.2", []), "only what is held rests on a delivery"
    with duckdb.connect(str(made.house), read_only=True) as con:
        for name, fake in (("tabell_3", True), ("figur_5", True), ("tabell_2", False), ("tabell_1", False)):
            assert con.execute(f"select distinct pahittad from tabell.{name}").fetchall() == [(fake,)], name
        for name in (
            "underlag",
            "leveransstatus",
        ):  # some of their rows are real: a held mart is not judged by its sources
            flags = [
                flag for (flag,) in con.execute(f"select pahittad from tabell.{name} order by _ordning").fetchall()
            ]
            with csv_of(made, name).open(encoding="utf-8", newline="") as stream:
                assert flags == [expected(name, row) for row in csv.DictReader(stream)], name
            assert {True, False} == set(flags)


# --- the rule itself --------------------------------------------------------------------------------------------------

GROUPS = 4
Delivered = st.lists(
    st.tuples(st.integers(0, GROUPS - 1), st.integers(0, 3), st.integers(0, 2)), max_size=8, unique=True
)
RECIPE = {
    "databas": "bygge",
    "modeller": {},
    "marter": {
        "per_grupp": [
            {"modell": "stg_a", "koppling": "h.grupp = m.grupp", "matt": ["antal"]},
            {"modell": "stg_b", "koppling": "h.grupp = m.grupp", "matt": ["annat"]},
        ],
        "summa": [{"modell": "per_grupp", "koppling": "true"}],
    },
    "tabeller": {"lista": [{"modell": "per_grupp", "koppling": "h.grupp = m.grupp"}]},
}


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(a=Delivered, b=Delivered, fake=st.sets(st.tuples(st.sampled_from("ab"), st.integers(0, 3))))
def test_a_row_is_made_up_exactly_when_a_delivery_behind_it_is(
    tmp_path: Path, a: Any, b: Any, fake: set[tuple[str, int]]
) -> None:
    """Rows of two sources in groups; a mart of the groups, a mart of their sum, and a printed list of the groups."""
    nodes: dict[str, Any] = {
        f"model.x.{name}": {"resource_type": "model", "name": name, "alias": name, "config": {"schema": schema}}
        | {"depends_on": {"nodes": parents}}
        for name, schema, parents in (
            ("stg_a", "staging", ["source.x.a.rader"]),
            ("stg_b", "staging", ["source.x.b.rader"]),
            ("per_grupp", "mart", ["model.x.stg_a", "model.x.stg_b"]),
            ("summa", "mart", ["model.x.per_grupp"]),
            ("lista", "tabell", ["model.x.per_grupp"]),
        )
    }
    manifest = tmp_path / "manifest.json"
    manifest.write_text(json.dumps({"nodes": nodes, "sources": {}}), encoding="utf-8")
    with duckdb.connect() as con:
        con.execute("attach ':memory:' as utgava")
        con.execute("attach ':memory:' as bygge")
        for name, rows in (("a", a), ("b", b)):
            con.execute("create schema if not exists bygge.staging")
            con.execute(f"create table bygge.staging.stg_{name} (grupp integer, _leverans_id varchar, _rad integer)")
            for grupp, delivery, rad in rows:
                con.execute(f"insert into bygge.staging.stg_{name} values (?, ?, ?)", [grupp, f"{name}{delivery}", rad])
        con.execute(
            f"create schema utgava.mart; create table utgava.mart.per_grupp as select range as grupp from range({GROUPS})"
        )
        con.execute("create table utgava.mart.summa as select 1 as allt")
        con.execute(
            f"create schema utgava.tabell; create table utgava.tabell.lista as select range as grupp, 1 + range as _ordning from range({GROUPS})"
        )
        con.execute(
            "create schema bygge.mart; create view bygge.mart.per_grupp as from utgava.mart.per_grupp; use bygge"
        )
        opened = lineage.Lineage(con, Home(tmp_path), "x.1", RECIPE, tmp_path)
        opened._made |= {'staging."stg_a"', 'staging."stg_b"'}
        RECIPE["modeller"] = {f"stg_{n}": {"schema": "staging", "sql": "", "ovanfor": []} for n in "ab"}
        made = {f"{name}{number}": name for name, number in fake}
        marks = made_up.find(opened, Project(manifest), {}, ["lista"], made, {})

    behind = [
        {f"{n}{d}" for n, rows in (("a", a), ("b", b)) for g, d, _ in rows if g == group} for group in range(GROUPS)
    ]
    # A group that nothing was delivered about rests on all that came to the two sources.
    judged = [bool(ids & made.keys()) if ids else bool(made) for ids in behind]
    assert marks.tables.get("lista", frozenset()) == {1 + group for group in range(GROUPS) if judged[group]}
    assert len(marks.marts.get("per_grupp", ())) == sum(judged)
    assert len(marks.marts.get("summa", ())) == any(judged)
