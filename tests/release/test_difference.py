"""Two releases cell by cell, what caused a difference, and the marks and the list of a release that revises another."""

from __future__ import annotations

import copy
import csv
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import openpyxl
import pytest
from conftest import DBT_MANIFEST, DELIVERIES

from dagster_project.release import difference
from dagster_project.release.difference import Side
from dagster_project.release.releases import Release
from dagster_project.settings import Home

Publish = Callable[..., Release]

MARTS = {
    "m": {"nyckel": ["region", "ar"], "kallor": ["a"]},
    "utan_nyckel": {"nyckel": [], "kallor": []},
    "hallen": {"nyckel": ["region"], "kallor": ["b"]},
    "per_kalla": {"nyckel": ["kalla"], "kallor": ["b"]},
}


def database(path: Path, *statements: str) -> Path:
    with duckdb.connect(str(path)) as con:
        con.execute("create schema mart")
        for statement in statements:
            con.execute(statement)
    return path


def side(db: str, utgava: str, **about: Any) -> Side:
    deliveries = {name: {"avsandare": f"Region {name}"} for name in ("L1", "L2")}
    return Side(db, utgava, about.get("kod", "k1"), deliveries, about.get("hallna", {}), about.get("block", {}))


def compare(before: Path, after: Path, *sides: Side) -> list[tuple[Any, ...]]:
    with duckdb.connect() as con:
        for each, path in zip(sides, (before, after), strict=True):
            con.execute(f"attach '{path}' as {each.db} (read_only)")
        return [change.row() for change in difference.compare(con, *sides, MARTS)]


@pytest.fixture
def two(tmp_path: Path) -> tuple[Path, Path]:
    """Changed, unchanged, added and removed rows; a value that came and one that went; a key with a null in it."""
    create = "create table mart.m (region varchar, ar int, antal bigint, andel double, varde_status varchar, leverans_id varchar)"
    before = database(
        tmp_path / "fore.duckdb",
        create,
        "insert into mart.m values ('01', 2020, 1, 0.5, null, 'L1'), ('03', 2020, 2, 0.5, null, 'L1'), "
        "('04', 2020, null, null, 'x', 'L1'), ('05', 2020, 5, 0.5, null, 'L1'), ('06', 2020, 6, 0.5, 'r', 'L1'), "
        "('07', 2020, 7, null, 'p', 'L1'), (null, 2020, 8, null, null, 'L1')",
    )
    after = database(
        tmp_path / "efter.duckdb",
        create,
        "insert into mart.m values ('01', 2020, 1, 0.5, null, 'L2'), ('03', 2020, 3, 0.5, null, 'L2'), "
        "('04', 2020, 4, null, null, 'L2'), ('09', 2020, 9, null, null, 'L2'), ('06', 2020, 6, 0.5, null, 'L1'), "
        "('07', 2020, 70, null, 'p', 'L1'), (null, 2020, 80, null, null, 'L1')",
    )
    return before, after


def test_every_cell_that_differs(two: tuple[Path, Path]) -> None:
    replaced = "leverans Region L2 (L2) ersätter Region L1 (L1)"
    found = compare(*two, side("fore", "2020.1"), side("efter", "2020.2"))
    assert sorted(found, key=str) == sorted(
        [
            ("m", "region=03, ar=2020", "antal", "andrad", "2", "3", replaced),
            ("m", "region=04, ar=2020", "antal", "tillkommen", None, "4", replaced),
            ("m", "region=04, ar=2020", "varde_status", "borttagen", "x", None, replaced),
            ("m", "region=05, ar=2020", "antal", "borttagen", "5", None, "leverans Region L1 (L1) gäller inte längre"),
            (
                "m",
                "region=05, ar=2020",
                "andel",
                "borttagen",
                "0.5",
                None,
                "leverans Region L1 (L1) gäller inte längre",
            ),
            ("m", "region=07, ar=2020", "antal", "andrad", "7", "70", "okänd"),
            ("m", "region=09, ar=2020", "antal", "tillkommen", None, "9", "ny leverans Region L2 (L2)"),
            ("m", "region=, ar=2020", "antal", "andrad", "8", "80", "okänd"),
        ],
        key=str,
    )
    assert compare(two[0], two[0], side("fore", "2020.1"), side("efter", "2020.1")) == []


def test_of_two_years_only_what_both_have_is_compared(two: tuple[Path, Path]) -> None:
    """A row that only one year's report has is no difference, and a mart without a key cannot be compared."""
    sides = side("fore", "2020.1"), side("efter", "2021.1")
    everything = compare(*two, *sides)
    with duckdb.connect() as con:
        for each, path in zip(sides, two, strict=True):
            con.execute(f"attach '{path}' as {each.db} (read_only)")
        found = [change.row() for change in difference.compare(con, *sides, MARTS, shared=True)]
        keyless = {**MARTS, "m": {"nyckel": [], "kallor": ["a"]}}
        assert difference.compare(con, *sides, keyless, shared=True) == []
    assert found == [row for row in everything if row[1] not in ("region=05, ar=2020", "region=09, ar=2020")]


def test_what_caused_it_where_the_row_does_not_say(tmp_path: Path) -> None:
    """Blocks of the mart's own sources, corrections of them, a held mart, changed code: all that may be the cause."""
    corrections = "create table mart.rattelser as select * from (values ({})) as t (rattelse_id, kalla, utfall)"
    before = database(
        tmp_path / "fore.duckdb",
        "create table mart.m as select '01' as region, 2020 as ar, 1 as antal",
        "create table mart.hallen as select '01' as region, 1 as antal",
        "create table mart.borta as select 1 as x",
        corrections.format("'R1', 'a', 'tillampad'"),
    )
    after = database(
        tmp_path / "efter.duckdb",
        "create table mart.m as select '01' as region, 2020 as ar, 2 as antal, 3 as nytt",
        "create table mart.hallen as select '01' as region, 2 as antal",
        corrections.format("'R1', 'a', 'lakt'), ('R2', 'b', 'utgangen'"),
    )
    blocks = {("a", "01", "2020"): "L1", ("b", "01", "2020"): "L1"}
    found = compare(
        before,
        after,
        side("fore", "2020.1", block=blocks, hallna={"hallen": "Ett skäl."}),
        side("efter", "2020.2", block=blocks | {("a", "01", "2020"): "L2", ("a", "03", "2020"): "L2"}, kod="k2"),
    )
    code = "ändrad kod eller referensdata (k1 → k2)"
    why = f"ny leverans Region L2 (L2); leverans Region L2 (L2) ersätter Region L1 (L1); rättelse R1; {code}"
    assert [row for row in found if row[0] != "rattelser"] == [
        ("borta", None, None, "borttagen", None, None, code),
        ("hallen", "region=01", "antal", "andrad", "1", "2", f"tabellen hölls kvar i utgåva 2020.1; {code}"),
        ("m", None, "nytt", "tillkommen", None, "INTEGER", why),
        ("m", "region=01, ar=2020", "antal", "andrad", "1", "2", why),
    ]


def test_a_row_about_a_source_differs_because_of_that_source(tmp_path: Path) -> None:
    create = "create table mart.per_kalla as select unnest(['a', 'b']) as kalla, {} as inkomna"
    before, after = (database(tmp_path / f"{n}.duckdb", create.format(n)) for n in (1, 2))
    found = compare(before, after, side("fore", "2020.1"), side("efter", "2020.2", block={("a", "01", "2020"): "L2"}))
    assert [(row[1], row[-1]) for row in found] == [("kalla=a", "ny leverans Region L2 (L2)"), ("kalla=b", "okänd")]


def test_a_mart_without_a_key_is_compared_as_whole_rows(tmp_path: Path) -> None:
    """Equal rows are counted; a row that came, one that went, and one of two equal ones that went. No key, or not in both."""
    create = "create table mart.{} as select * from (values {}) as t (region, antal, varde_status)"
    rows = "('01', 1, null), ('01', 1, null), ('03', 2, 'r'), {}"
    before = database(
        tmp_path / "fore.duckdb",
        create.format("utan_nyckel", rows.format("('04', null, null)")),
        "create table mart.hallen as select 'x' as gammal, 1 as antal",
    )
    after = database(
        tmp_path / "efter.duckdb",
        create.format("utan_nyckel", "('01', 1, null), ('03', 2, null), ('04', 4, null)"),
        "create table mart.hallen as select '01' as region, 2 as antal",
    )
    found = compare(before, after, side("fore", "2020.1"), side("efter", "2020.2"))
    row = "region={}, antal={}, varde_status="
    assert [change[:6] for change in found if change[0] == "utan_nyckel"] == [
        ("utan_nyckel", row.format("01", "1"), "lika_rader", "andrad", "2", "1"),
        ("utan_nyckel", row.format("04", ""), "lika_rader", "borttagen", "1", None),
        ("utan_nyckel", row.format("04", "4"), "lika_rader", "tillkommen", None, "1"),
    ]
    assert [change[:6] for change in found if change[0] == "hallen"] == [
        ("hallen", None, "gammal", "borttagen", "VARCHAR", None),
        ("hallen", None, "region", "tillkommen", None, "VARCHAR"),
        ("hallen", "antal=1", "lika_rader", "borttagen", "1", None),
        ("hallen", "antal=2", "lika_rader", "tillkommen", None, "1"),
    ]


def test_marks_stand_behind_other_statuses_and_last_one_release(two: tuple[Path, Path]) -> None:
    """03 and the row without region show another figure; 04 shows its first; 07 is preliminary; 06 was revised before."""
    before, after = two
    with duckdb.connect(str(after)) as con:
        con.execute("update mart.m set varde_status = 'r' where region = '06'")  # as a held mart brings it along
    difference.revise(after, before, side("senaste", "2020.1"), side("ny", "2020.2"), MARTS)
    with duckdb.connect(str(after), read_only=True) as con:
        marks = dict(con.execute("select coalesce(region, '-'), varde_status from mart.m").fetchall())
    assert marks == {"01": None, "03": "r", "04": None, "09": None, "06": None, "07": "p", "-": "r"}


@pytest.fixture
def dbt_manifest(tmp_path: Path) -> Path:
    """The shared manifest, with the mart's key and the list that dbt leaves empty."""
    manifest = copy.deepcopy(DBT_MANIFEST)
    manifest["nodes"]["test.uppfoljning.nyckel"] = {
        "resource_type": "test",
        "attached_node": "model.uppfoljning.webbtidbok",
        "test_metadata": {"name": "haller", "kwargs": {"nyckel": ["period", "region_kod"]}},
    }
    path = tmp_path / "manifest.json"
    path.write_text(json.dumps(manifest), encoding="utf-8")
    return path


def table(release: Release, name: str) -> list[dict[str, str]]:
    with (release.path / "csv" / f"{name}.csv").open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


@pytest.mark.usefixtures("few_tables", "only_tables")
def test_what_a_hidden_row_showed_before_is_not_listed(build_db: Path, release_of: Publish) -> None:
    with duckdb.connect(str(build_db)) as con:
        con.execute(
            "create table mart.revideringar (nr bigint, utgava varchar, mart varchar, nyckel varchar, kolumn varchar, "
            "typ varchar, fore varchar, efter varchar, orsak varchar)"
        )
    release_of()
    with duckdb.connect(str(build_db)) as con:
        con.execute("update mart.webbtidbok set visa_tid = null, varde_status = 'c' where region = 'Blekinge'")
    listed = table(release_of("f2"), "revideringar")
    assert {(row["kolumn"], row["fore"], row["efter"]) for row in listed} == {
        ("visa_tid", "", ""),
        ("varde_status", "", "c"),
    }


@pytest.mark.usefixtures("few_tables", "only_tables")
def test_a_release_marks_and_lists_what_it_revises(
    home: Home, build_db: Path, release_of: Publish, uppfoljning: Callable[..., Any]
) -> None:
    with duckdb.connect(str(build_db)) as con:
        con.execute(
            "create table mart.revideringar (nr bigint, utgava varchar, mart varchar, nyckel varchar, kolumn varchar, "
            "typ varchar, fore varchar, efter varchar, orsak varchar)"
        )
    first = release_of()
    assert table(first, "revideringar") == []
    assert {row["varde_status"] for row in table(first, "tabell_2")} == {""}
    frozen = {path: path.read_bytes() for path in first.path.rglob("*") if path.is_file()}
    with duckdb.connect(str(build_db)) as con:
        con.execute("update mart.webbtidbok set visa_tid = 27, leverans_id = 'L3' where region = 'Blekinge'")
    later = [*DELIVERIES, {**DELIVERIES[0], "leverans_id": "L3"}]
    second = release_of("f2", deliveries=later)

    assert {row["region"]: row["varde_status"] for row in table(second, "tabell_2") if row["varde_status"]} == {
        "Blekinge": "r"
    }
    assert table(second, "revideringar") == [
        {
            "nr": "1",
            "utgava": "2020.1",
            "mart": "webbtidbok",
            "nyckel": "period=2020-03-01, region_kod=10",
            "kolumn": "visa_tid",
            "typ": "andrad",
            "fore": "23",
            "efter": "27",
            "orsak": "leverans Inera (L3) ersätter Inera (L2)",
            "varde_status": "",
            "pahittad": "false",
        }
    ]
    book = openpyxl.load_workbook(second.workbook)
    assert any("[r]" in str(cell.value) for row in book["Tabell 2"].iter_rows() for cell in row)
    assert any(cell.value == "Ändrad" for row in book["Revideringar"].iter_rows() for cell in row)
    assert {path: path.read_bytes() for path in first.path.rglob("*") if path.is_file()} == frozen

    third = release_of("f3", deliveries=later)
    assert table(third, "revideringar") == []
    assert {row["varde_status"] for row in table(third, "tabell_2")} == {""}
    assert [change.row()[2:6] for change in difference.between(home, first, third)[0]] == [
        ("visa_tid", "andrad", "23", "27")
    ]

    done = uppfoljning("--home", home.root, "diff", "2020.1", "2020.2", "--format", "csv")
    assert done.code == 0, done.err
    [cell] = [row for row in csv.DictReader(done.out.splitlines()) if row["mart"] == "webbtidbok"]
    assert (cell["nyckel"], cell["fore"], cell["efter"]) == ("period=2020-03-01, region_kod=10", "23", "27")
    same = uppfoljning("--home", home.root, "diff", "2020.2", "2020.3")
    assert (same.code, "same content" in same.out) == (0, True)
    by_rows = next(
        line for line in same.out.splitlines() if line.startswith("Without a key, so compared as whole rows: ")
    )
    assert {"inriktningsdokument", "avstamning"} <= set(by_rows.rstrip(".").split(": ")[1].split(", "))
    assert "Not compared: revideringar" in same.out
    assert uppfoljning("--home", home.root, "diff", "2020.1", "2020.9").code == 2
