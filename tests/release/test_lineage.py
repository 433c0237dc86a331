"""From a printed figure back to the delivered cell. What is expected is read out of the delivered files by other means."""

from __future__ import annotations

import csv
import hashlib
import json
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import duckdb
import facit
import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from road import copied

from dagster_project import sql
from dagster_project.release import ReleaseError, catalogue, lineage, recipe
from dagster_project.release.releases import Release, current
from dagster_project.settings import Home

REPO = Path(__file__).resolve().parents[2]
EXAMPLES = REPO / "examples" / "landing"
SURVEY = EXAMPLES / "kommunenkat" / "PAHITTADE_SVAR_kommunenkat_2019.xlsx"
WEBBTIDBOK = EXAMPLES / "webbtidbok" / "webbtidbok_2020-03.xlsx"


def sheet(path: Path) -> Any:
    return openpyxl.load_workbook(path).worksheets[0]


def survey_cells(column: str) -> dict[str, tuple[int, str]]:
    """Municipality → row and answer, of those who answered the item."""
    rows = list(sheet(SURVEY).iter_rows(values_only=True))
    heading = next(number for number, row in enumerate(rows) if "kommunkod" in row)
    code, answer = rows[heading].index("kommunkod"), rows[heading].index(column)
    return {
        str(row[code]): (number, row[answer])
        for number, row in enumerate(rows[heading + 1 :], start=heading + 2)
        if row[answer]
    }


def test_a_cell_of_tabell_2_is_one_delivered_cell(example_home: Home, release: Release) -> None:
    found = lineage.trace(example_home, release, "tabell_2", "region = 'Blekinge'", "visa_tid")
    assert found.antal == 1
    [row], [delivery] = found.rader, found.leveranser
    assert delivery["filnamn"] == WEBBTIDBOK.name
    assert delivery["sha256"] == hashlib.sha256(WEBBTIDBOK.read_bytes()).hexdigest()
    delivered = sheet(WEBBTIDBOK)
    assert row["blad"] == delivered.title
    heading, _, letter = row["kolumn"].removesuffix(")").partition(" (kolumn ")
    cell = delivered[f"{letter}{row['rad']}"]
    assert (str(cell.value), heading) == (row["levererat"], "Visa tid")
    assert row["varde"] == row["levererat"] == "23"
    assert delivered[row["rad"]][0].value == "Blekinge"


def test_a_row_of_tabell_1_is_one_delivered_row(example_home: Home, release: Release) -> None:
    found = lineage.trace(example_home, release, "inriktningsdokument", "region_kod = '09'", "politiskt_beslut")
    [row] = found.rader
    delivered = sheet(EXAMPLES / "inriktningsdokument" / "inriktningsdokument_2020.xlsx")
    texts = [cell.value for cell in delivered[row["rad"]]]
    assert texts[0] == "Gotland"
    assert (row["varde"] or None) in texts


@pytest.mark.parametrize(
    ("yrke", "column", "brist", "n"),
    [
        ("Sjuksköterska", "f3_sjukskoterska", 132, 226),
        ("Farmaceut", "f3_farmaceut", 3, 225),
    ],
)
def test_tabell_3_is_the_municipalities_that_gave_the_answer(
    example_home: Home, release: Release, yrke: str, column: str, brist: int, n: int
) -> None:
    where = f"yrke = '{yrke}' and svarsalternativ = 'brist'"
    cells = survey_cells(column)
    for measure, answers, number in (("antal", {"brist"}, brist), ("n", {a for _, a in cells.values()}, n)):
        found = lineage.trace(example_home, release, "tabell_3", where, measure)
        assert found.antal == len(found.rader) == number
        assert {row["uppgiftslamnare"]: (row["rad"], row["levererat"]) for row in found.rader} == {
            code: cell for code, cell in cells.items() if cell[1] in answers
        }
        assert {row["kolumn"].partition(" ")[0] for row in found.rader} == {column}


def test_a_response_rate_is_who_answered_and_who_did_not(example_home: Home, release: Release) -> None:
    found = lineage.trace(example_home, release, "svarsfrekvens", "kalla = 'kommunenkat' and niva = 'riket'")
    with (REPO / "seeds" / "reference" / "kommuner.csv").open(encoding="utf-8", newline="") as stream:
        frame = {row["kommun_kod"] for row in csv.DictReader(stream)}
    answered = set().union(*(survey_cells(column) for column in ("f1a", "f1b", "f2", "f3_sjukskoterska")))
    assert {row["uppgiftslamnare"] for row in found.rader if row["leverans_id"]} == answered
    missing = {row["uppgiftslamnare"] for row in found.rader if not row["leverans_id"]}
    assert missing == frame - answered
    assert {row["varde"] for row in found.rader if not row["leverans_id"]} == {"saknas"}
    assert (len(answered), len(missing)) == (226, 64)
    assert [each["rader"] for each in found.leveranser] == [226, 64]


def test_the_deliveries_count_all_rows_when_few_are_shown(example_home: Home, release: Release) -> None:
    found = lineage.trace(example_home, release, "legitimationsyrken_balans", "yrke_kod = 'sjukskoterska'", "n", 10)
    assert (len(found.rader), found.antal, found.leveranser[0]["rader"]) == (10, 226, 226)


#: Printed tables with a row for everything that is delivered, and the measure that is not 0 where something is behind it.
DELIVERED = {
    "tabell_1": "region_kod",
    "tabell_2": "visa_tid",
    "tabell_3": "antal",
    "figur_5": "n",
    "malbild": "antal",
    "svarsfrekvens_region": "forvantade",
    "svarsfrekvens_fraga": "inkomna",
}


def test_every_printed_row_says_which_deliveries_it_rests_on(release: Release) -> None:
    with (release.path / "csv" / "harkomst.csv").open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    behind = {(row["tabell"], row["nyckel"]) for row in rows}
    package = json.loads((release.path / "datapackage.json").read_text(encoding="utf-8"))
    keys = {table["name"]: table["schema"].get("primaryKey") for table in package["resources"]}
    for name, measure in DELIVERED.items():
        with (release.path / "csv" / f"{name}.csv").open(encoding="utf-8", newline="") as stream:
            printed = [row for row in csv.DictReader(stream) if row[measure] != "0"]
        assert printed
        for row in printed:
            assert (name, ", ".join(f"{part}={row[part]}" for part in keys[name])) in behind
    tabell_3 = {row["nyckel"]: row for row in rows if row["tabell"] == "tabell_3"}
    nurses = "undersokning=kommunenkat_2019, yrke_kod=sjukskoterska, svarsalternativ="
    assert [tabell_3[nurses + answer]["rader"] for answer in ("brist", "balans", "overskott")] == ["132", "90", "2"]


def cells_of(table: catalogue.Table) -> list[str]:
    """The columns of a printed table whose numbers are published figures: years and ranks are no figures of their own."""
    pivot = table.pivot.matt if table.pivot else []
    return [c.kolumn for c in table.kolumner if c.decimaler is not None and (c.rubrik or c.kolumn in pivot)]


def test_every_printed_number_has_something_behind_it(example_home: Home, release: Release) -> None:
    """Deliveries, or rows of reference files; of a count of nothing those that were asked. One column of each table."""
    with lineage.opened(example_home, release.id, release.house) as opened:
        for table in catalogue.load(2020).tabeller:
            for column in cells_of(table)[:1]:
                assert opened.untraced(table.id, column) == [], (table.id, column)


def test_a_printed_amount_is_a_line_of_the_agreement(example_home: Home, release: Release) -> None:
    """Who read the appendices wrote down the amount with that line."""
    found = lineage.trace(
        example_home,
        release,
        "medelsfordelning",
        "overenskommelse = 'gnv_2020' and ar = 2020 and region_kod = '10' and belopp_tryckt is not null",
    )
    assert found.antal > 1
    read = [
        row
        for path in (facit.GOLDEN / "seed000" / "tables").glob("bilaga*.csv")
        for row in facit.table(f"seed000/tables/{path.stem}")
    ]
    for row in found.rader:
        assert row["filnamn"] == "seeds/agreements/medelstabeller.csv"
        assert row["dokument"].startswith("God och nära vård 2020")
        assert row["inford_av"]
        number, _, place = row["plats"].partition(" L")
        assert number == "000"
        at = [each for each in read if each["source_line"] == place.partition("–")[0]]
        assert any(f"{float(row['varde']):.0f}" in each.values() for each in at), row


def test_a_statement_is_traced_to_the_line_of_the_report(example_home: Home, release: Release) -> None:
    """The coded words stand on that line of the delivered text."""
    [report] = (EXAMPLES / "nulagesrapport").glob("*Kronoberg.txt")
    lines = report.read_text(encoding="utf-8").split("\n")
    found = lineage.trace(example_home, release, "utsagor", "true")
    here = [row for row in found.rader if row["filnamn"] == report.name and row["varde"]]
    assert here
    for row in here:
        passage = "".join("".join(lines[row["rad"] - 1 : row["rad"] + 12]).split())
        assert "".join(row["varde"].split())[:25] in passage, row
    printed = [row for row in found.rader if row["filnamn"] == "seeds/nulagesrapport/utsagor.csv"]
    assert printed
    assert all(row["plats"] and row["dokument"].startswith("Uppföljning av") for row in printed)


def test_what_a_report_says_in_words_is_traced_to_its_line(example_home: Home, release: Release) -> None:
    """Of the tables over reference tables, and of those over a mart that holds nothing else."""
    for table, file in (("begrepp", "begrepp"), ("upprakningar", "upprakningar"), ("nyckeltal", "nyckeltal")):
        found = lineage.trace(example_home, release, table, "true")
        assert {row["filnamn"] for row in found.rader} == {f"seeds/rapporter/uppfoljning_2020/{file}.csv"}, table
        assert all(row["plats"] and row["dokument"].startswith("Uppföljning av") for row in found.rader), table


def test_the_house_knows_who_is_meant_where_the_release_does_not_say(example_home: Home, release: Release) -> None:
    with duckdb.connect(str(release.house), read_only=True) as con:
        row = con.execute(
            "select respondent_kod, kalla, period from tabell.paminnelser where kalla = 'kommunenkat'"
        ).fetchone()
    assert row is not None
    where = f"respondent_kod = '{row[0]}' and kalla = '{row[1]}' and period = '{row[2]}'"
    [behind] = lineage.trace(example_home, release, "paminnelser", where).rader
    assert behind["varde"] == "saknas"
    assert behind["uppgiftslamnare"] not in {str(code).zfill(4) for code in survey_cells("f2")}
    assert behind["namn"]


def test_every_printed_mart_that_rests_on_deliveries_says_how(example_home: Home, release: Release) -> None:
    """A new mart needs ``meta: {harkomst: ...}`` in its yml. What the agency itself holds rests on no delivery."""
    kept = json.loads((example_home.harkomst / release.id / recipe.RECIPE).read_text(encoding="utf-8"))
    sources = {mart: release.manifest["tabeller"].get(f"mart.{mart}", {}).get("kallor") for mart in kept["marter"]}
    printed = {links[0]["modell"] for links in kept["tabeller"].values()} - {"rattelser"}
    assert {mart for mart in printed if sources.get(mart) and not kept["marter"][mart]} == set()


@pytest.fixture
def moved_on(example_home: Home, tmp_path: Path) -> Home:
    """A home folder of our own with the examples' release."""
    return copied(example_home, tmp_path, "dagster", "datadocs")


def test_an_old_release_is_traced_in_what_it_was_made_of(moved_on: Home) -> None:
    """Raw and register are gone; only what the release itself keeps is left."""
    release = current(moved_on, 2020)
    assert release is not None
    shutil.rmtree(moved_on.raw)
    (moved_on.register).unlink()
    found = lineage.trace(moved_on, release, "tabell_2", "true", "boka_tid")
    assert sum(int(row["varde"]) for row in found.rader) == 3150
    assert found.antal == 21


def test_a_held_mart_is_traced_in_the_release_it_is_from(held: Home) -> None:
    release = current(held, 2020)
    assert release is not None
    found = lineage.trace(held, release, "tabell_2", "region = 'Blekinge'", "visa_tid")
    assert (release.id, found.utgava, found.antal) == ("2020.2", "2020.1", 1)
    assert lineage.trace(held, release, "tabell_1", "true").antal == 0, "the new release rests on no delivery"
    kept = (release.path / "csv" / "harkomst.csv").read_text(encoding="utf-8")
    assert kept.count("\ntabell_2,") == 21
    assert "\ntabell_1," not in kept


@pytest.mark.parametrize(
    ("what", "where", "column", "said"),
    [
        ("tabell_99", "true", None, "no mart or published table"),
        ("tabell_2", "regio = 'Blekinge'", None, "--where: .*regio"),
        ("tabell_2", "true", "visatid", "has no column visatid: choose one of .*visa_tid"),
        ("inriktningsdokument", "true", "region", "does not say what its column region rests on"),
    ],
)
def test_a_question_that_cannot_be_answered(
    example_home: Home, release: Release, what: str, where: str, column: str | None, said: str
) -> None:
    with pytest.raises(ReleaseError, match=said):
        lineage.trace(example_home, release, what, where, column)


INJECTIONS = [
    "1=1); copy (select 1) to '{}/ut.csv'; --",
    "1=1); copy (select 1) to '{}/ut.csv' --",
    "true) union all (select null, * from mart.webbtidbok",
    "true; drop view mart.webbtidbok",
    "true) --",
    "true /*",
    "(select count(*) from read_text('{}/hemlig.txt')) > 0",
    "region in (select content from read_text('/etc/passwd'))",
    "exists (from glob('{}/*'))",
    "exists (from '{}/hemlig.csv')",
    "true, false",
    "",
    ";",
    "true from mart.webbtidbok",
]


@pytest.fixture(scope="module")
def opened(example_home: Home, release: Release) -> Iterator[lineage.Lineage]:
    with lineage.opened(example_home, release.id, release.house) as found:
        yield found


@pytest.fixture
def beside_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A working folder with files that are nobody else's business."""
    for name in ("hemlig.txt", "hemlig.csv"):
        (tmp_path / name).write_text("hemligt\n1\n", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize("where", INJECTIONS)
def test_a_condition_is_one_condition_and_reaches_no_file(
    opened: lineage.Lineage, beside_files: Path, where: str
) -> None:
    for table in ("tabell_2", "webbtidbok"):
        with pytest.raises(ReleaseError) as refused:
            opened.trace(table, where.format(beside_files))
        assert "hemligt" not in str(refused.value)
        assert "\n" not in str(refused.value)
        assert {path.name for path in beside_files.iterdir()} == {"hemlig.txt", "hemlig.csv"}


def test_the_command_refuses_in_one_line(
    example_home: Home, uppfoljning: Callable[..., Any], beside_files: Path
) -> None:
    where = INJECTIONS[0].format(beside_files)
    ran = uppfoljning("--home", example_home.root, "trace", "tabell_2", "--where", where)
    assert (ran.code, ran.out, len(ran.err.strip().splitlines())) == (2, "", 1)
    assert not (beside_files / "ut.csv").exists()


_WORDS = [
    "true",
    "1=1",
    "region = 'Blekinge'",
    "(",
    ")",
    "'",
    '"',
    "--",
    "/*",
    "*/",
    "\n",
    ";",
    ",",
    "or",
    "and",
    "not",
    "select",
]
_WORDS += [
    "copy (select 1) to 'ut.csv'",
    "copy mart.webbtidbok to 'ut.csv'",
    "from read_text('hemlig.txt')",
    "union all",
    "as",
    "$$",
]
_WORDS += [
    "attach 'ny.duckdb'",
    "exists",
    "where",
    "limit 1",
    "set enable_external_access = true",
    "export database 'ut'",
    "?",
    "{raw}",
]


@settings(
    max_examples=100, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(where=st.lists(st.sampled_from(_WORDS), min_size=1, max_size=8).map(" ".join))
def test_no_condition_does_anything_but_choose_rows(opened: lineage.Lineage, beside_files: Path, where: str) -> None:
    """Whatever is put together of SQL's own words: rows of the table asked about, or one line that says no. Nothing is written."""
    said = ""
    try:
        assert opened.trace("webbtidbok", where, "visa_tid", 1).antal <= 21
    except ReleaseError as error:
        said = str(error)
    assert "hemligt" not in said
    assert "\n" not in said
    assert {path.name for path in beside_files.iterdir()} == {"hemlig.txt", "hemlig.csv"}


@pytest.mark.parametrize("damage", ["gone", "changed"])
def test_an_original_that_is_not_what_was_delivered_is_said(
    moved_on: Home, damage: str, uppfoljning: Callable[..., Any]
) -> None:
    """The trace stands on the release's own lineage; only what the cell said cannot be shown."""
    digest = hashlib.sha256(WEBBTIDBOK.read_bytes()).hexdigest()
    [original] = (moved_on.originals / digest[:2]).glob(f"{digest}*")
    original.chmod(0o644)
    original.unlink()
    if damage == "changed":
        book = openpyxl.Workbook()
        book.active.append(["Region"])
        book.save(original)
    asked = ("trace", "tabell_2", "--where", "region = 'Blekinge'", "--column", "visa_tid", "--format", "json")
    ran = uppfoljning("--home", moved_on.root, *asked)
    assert ran.code == 0
    answer = json.loads(ran.out)
    [row] = answer["rader"]
    assert (row["varde"], row["levererat"], row["kolumn"]) == ("23", None, "visa_tid")
    [line] = ran.err.strip().splitlines()
    assert line == f"uppfoljning: {answer['anmarkningar'][0]}"
    assert f"the original of {WEBBTIDBOK.name}" in line
    assert ("is gone" in line) == (damage == "gone")


def test_the_command(example_home: Home, uppfoljning: Callable[..., Any]) -> None:
    where = "yrke = 'Sjuksköterska' and svarsalternativ = 'brist'"
    done = uppfoljning("--home", example_home.root, "trace", "tabell_3", "--where", where, "--format", "csv")
    assert done.code == 0, done.err
    assert len(list(csv.DictReader(done.out.splitlines()))) == 132
    done = uppfoljning(
        "--home", example_home.root, "trace", "tabell_3", "--where", where, "--format", "json", "--rows", 5
    )
    answer = json.loads(done.out)
    assert (answer["utgava"], answer["antal"], len(answer["rader"])) == ("2020.1", 132, 5)
    done = uppfoljning("--home", example_home.root, "trace", "tabell_3", "--where", where, "--release", "2020.9")
    assert (done.code, len(done.err.strip().splitlines())) == (2, 1)
    assert "2020.1" in done.err


@pytest.mark.parametrize("name", ["hem", "åtgärd [1] *o'brien?", "raw/a'b/raw"])
def test_only_what_is_frozen_whole_is_traced_through(tmp_path: Path, name: str) -> None:
    """A model that reads several places is read where the release keeps them; an incremental one is refused, not guessed."""
    home = Home(tmp_path / name)
    home.create()
    places = [home.raw / "a" / "t" / period for period in ("period=schema", "period=2020-01-01")]
    with duckdb.connect() as con:
        for place, name, rows in zip(places, ("schema", "a-1"), (0, 3), strict=True):
            place.mkdir(parents=True)
            con.execute(
                f"copy (select 'a-1' as _leverans_id, unnest(range({rows})) as _rad) to {sql.literal(place / f'{name}.parquet')}"
            )
    (home.raw / "register").mkdir()
    with duckdb.connect() as con:
        register = "select 'a-1' as leverans_id, 'a' as kalla, 'a.csv' as filnamn, 'x' as sha256, '2020' as mottagen, 'ok' as status"
        con.execute(f"copy ({register}) to {sql.literal(home.raw / 'register' / 'leveranser.parquet')}")
    database = tmp_path / "utgava.duckdb"
    with duckdb.connect(str(database)) as con:
        con.execute("create schema mart; create schema referens; create table mart.m as select 3 as hel, 3 as delvis")
        con.execute("create table referens.kommuner (kommun_kod text, kommun text)")
        con.execute("create table referens.regioner (region_kod text, region text)")

    def model(name: str, sql: str, *above: str, **config: Any) -> dict[str, Any]:
        return {
            "resource_type": "model",
            "name": name,
            "schema": config.get("schema", "staging"),
            "database": "2020",
            "config": config,
            "compiled_code": sql,
            "depends_on": {"nodes": list(above)},
        }

    files = ", ".join(sql.path(place, "*.parquet") for place in places)
    links = [{"matt": [name], "modell": name, "koppling": "true"} for name in ("hel", "delvis")]
    nodes = {
        "hel": model("hel", f"select * from read_parquet([{files}])"),
        "bit": model("bit", "select * from staging.hel where false", "hel", materialized="incremental"),
        "delvis": model("delvis", "select * from staging.bit", "bit"),
        "m": model("m", "", schema="mart", meta={"harkomst": links}),
    }
    manifest = tmp_path / "manifest.json"
    manifest.write_text(json.dumps({"nodes": nodes}), encoding="utf-8")
    recipe.freeze(home.harkomst / "2020.1", 2020, home.raw, manifest, ["a-1"], {})
    shutil.rmtree(home.raw)
    with lineage.opened(home, "2020.1", database) as opened:
        found = opened.trace("m", "true", "hel")
        assert (found.antal, [row["rad"] for row in found.rader]) == (3, [0, 1, 2])
        with pytest.raises(ReleaseError, match="cannot go through the model bit"):
            opened.trace("m", "true", "delvis")
