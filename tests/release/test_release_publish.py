"""Releases: frozen, swapped in at once, safe against crashes and readers, exported without touching others' files."""

from __future__ import annotations

import csv
import hashlib
import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import pytest

from dagster_project.release import ReleaseError, database
from dagster_project.release.releases import Release, current, export, releases
from dagster_project.settings import Home

pytestmark = pytest.mark.usefixtures("few_tables")

Publish = Callable[..., Release]


def query(path: Path, sql: str) -> list[tuple[Any, ...]]:
    with duckdb.connect(str(path), read_only=True) as con:
        return con.execute(sql).fetchall()


def tree(folder: Path) -> dict[str, str]:
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in folder.rglob("*")
        if path.is_file()
    }


@pytest.mark.usefixtures("only_tables")
def test_a_release_is_numbered_and_current_points_at_it(home: Home, release_of: Publish) -> None:
    assert current(home) is None
    first = release_of()
    assert (first.id, first.created, first.path) == ("2020.1", True, home.releases / "2020.1")
    before = tree(first.path)
    again = release_of()
    assert (again.id, again.created) == ("2020.1", False)
    second = release_of("f2")
    assert (second.id, second.created) == ("2020.2", True)
    assert [release.id for release in releases(home)] == ["2020.1", "2020.2"]
    assert current(home).id == current(home, 2020).id == "2020.2"
    assert current(home, 2019) is None
    assert tree(first.path) == before, "a release is never changed"
    assert all(not path.stat().st_mode & 0o222 for path in first.path.rglob("*") if path.is_file())


def test_the_manifest_says_what_the_release_is_made_of(release_of: Publish) -> None:
    late = {"kalla": "kolada", "avsandare": "RKA", "sha256": "c" * 64, "status": "godkand"}
    release = release_of(
        held={"inriktningsdokument": "Ett skäl."},
        late=[late | {"leverans_id": f"L{n}", "mottagen": f"2021-07-0{n}T08:00:00"} for n in (4, 3)],
    )
    found = json.loads((release.path / "MANIFEST.json").read_text(encoding="utf-8"))
    assert (found["utgava"], found["ar"], found["kodversion"], found["fingeravtryck"]) == (
        "2020.1",
        2020,
        "abc123",
        "f1",
    )
    assert (found["rapport"], found["underlag_till"], found["rapportdatum"]) == (
        "uppfoljning_2020",
        "2021-06-30",
        "2021-06-30",
    ), "the cut-off and the day of the report, not the newest file"
    assert [row["leverans_id"] for row in found["efter_brytdag"]] == ["L3", "L4"]
    page = (release.path / "index.html").read_text(encoding="utf-8")
    assert "Kom in efter brytdagen och är inte med: Nyckeltal ur Kolada (2 leveranser, 2021-07-03, 2021-07-04)." in page
    assert [row["leverans_id"] for row in found["leveranser"]] == ["L1", "L2"]
    assert found["leveranser"][1]["avsandare"] == "Inera"
    assert found["hallna_marter"] == {"inriktningsdokument": "Ett skäl."}
    assert found["tabeller"]["mart.webbtidbok"]["rader"] == 21
    own = json.loads((release.intern / "MANIFEST.json").read_text(encoding="utf-8"))
    said = found["filer"] | {f"intern/{name}": digest for name, digest in own["filer"].items()}
    files = {name: digest for name, digest in tree(release.path).items() if not name.endswith("MANIFEST.json")}
    assert said.keys() == files.keys()
    assert {n: d for n, d in said.items() if not n.endswith(".duckdb")} == {
        n: d for n, d in files.items() if not n.endswith(".duckdb")
    }


def test_the_analysts_database_opens_in_old_clients_and_describes_itself(published: Release, built_db: Path) -> None:
    release = published
    with release.database.open("rb") as stream:
        stream.seek(12)
        assert int.from_bytes(stream.read(8), "little") == 64, "the storage format of DuckDB 1.0 and 1.1"
    assert query(release.database, "select sum(visa_tid), sum(boka_tid) from mart.webbtidbok") == [(5076, 3150)]
    assert query(release.database, "select comment from duckdb_tables() where table_name = 'webbtidbok'") == [
        ("Mottagningar i webbtidbok. En rad per region och period.",)
    ]
    described = (
        "select {} from referens.dataordlista where schema = 'mart' and tabell = 'webbtidbok' and kolumn = 'visa_tid'"
    )
    text = "Mottagningar som kan visa tid, region's count"
    assert query(release.database, described.format("typ, beskrivning, enhet, decimaler")) == [
        ("BIGINT", text, "antal", 0)
    ]
    assert query(
        release.database, "select comment from duckdb_columns() where schema_name = 'mart' and column_name = 'visa_tid'"
    ) == [(text,)]
    columns = (
        "select schema_name, table_name, column_name from duckdb_columns() where schema_name in ('mart', 'referens')"
    )
    told = set(query(release.database, "select schema, tabell, kolumn from referens.dataordlista"))
    assert {row for row in told if row[0] != "tabell"} == set(query(built_db, columns))
    printed = "select schema_name, table_name, column_name from duckdb_columns() where schema_name = 'tabell'"
    assert {row for row in told if row[0] == "tabell"} == set(query(release.database, printed))


@pytest.mark.usefixtures("only_tables")
def test_row_order_in_the_build_does_not_matter_but_a_value_does(
    release_of: Publish, build_db: Path, tmp_path: Path
) -> None:
    def hashes(release: Release) -> Any:
        return release.manifest["tabeller"]["mart.webbtidbok"]["sha256"], release.manifest["filer"][
            release.database.name
        ]

    first = release_of()
    with duckdb.connect(str(build_db)) as con:
        con.execute("create or replace table mart.webbtidbok as from mart.webbtidbok order by visa_tid")
    assert hashes(release_of(home=Home.at(tmp_path / "b"))) == hashes(first)
    with duckdb.connect(str(build_db)) as con:
        con.execute("update mart.webbtidbok set visa_tid = 24 where region = 'Blekinge'")
    changed = hashes(release_of(home=Home.at(tmp_path / "c")))
    assert changed[0] != hashes(first)[0]
    assert changed[1] != hashes(first)[1]


@pytest.mark.usefixtures("only_tables", "first")
def test_a_held_mart_keeps_its_last_good_state(release_of: Publish, build_db: Path) -> None:
    with duckdb.connect(str(build_db)) as con:
        con.execute("update mart.webbtidbok set visa_tid = -1")
        con.execute("update mart.legitimationsyrken_balans set antal = 7 where svarsalternativ = 'brist'")
    held = release_of("f2", held={"webbtidbok": "Filen har negativa antal."})
    assert query(held.database, "select sum(visa_tid) from mart.webbtidbok") == [(5076,)]
    assert query(
        held.database, "select sum(antal) from mart.legitimationsyrken_balans where svarsalternativ = 'brist'"
    ) == [(42,)]
    assert "-1" not in (held.path / "csv" / "tabell_2.csv").read_text(encoding="utf-8")
    again = release_of("f3", held={"webbtidbok": "Filen har negativa antal."})
    assert query(again.database, "select sum(visa_tid) from mart.webbtidbok") == [(5076,)]


@pytest.mark.usefixtures("only_tables")
def test_what_is_held_may_come_from_a_release_that_named_files(release_of: Publish) -> None:
    """The lineage of releases before senders were organisations had a file and a sheet: neither is told of any more."""
    before = release_of()
    (before.path / "csv" / "harkomst.csv").write_text(
        "tabell,nyckel,leverans_id,filnamn,sha256,mottagen,blad,forsta_rad,sista_rad,rader,pahittad\n"
        '"tabell_2","region_kod=10",webbtidbok-0123456789ab,Anna Ek.xlsx,ab,2020-04-01 10:00:00,Annas blad,2,2,1,false\n',
        encoding="utf-8",
    )
    held = release_of("f2", held={"webbtidbok": "Filen har negativa antal."})
    with (held.path / "csv" / "harkomst.csv").open(encoding="utf-8", newline="") as stream:
        [row] = [row for row in csv.DictReader(stream) if row["tabell"] == "tabell_2"]
    assert (row["leverans_id"], row["avsandare"], row["rader"]) == ("webbtidbok-0123456789ab", "Inera", "1")
    assert not [p for p in held.path.rglob("*.*") if b"Anna" in p.read_bytes()]


@pytest.mark.parametrize("held", [{}, {"tabell.webbtidbok": "Nyckeln är inte entydig."}], ids=["left out", "held"])
def test_a_table_that_dbt_did_not_make_well_is_the_last_releases(
    first: Release, release_of: Publish, build_db: Path, dbt_manifest: Path, held: dict[str, str]
) -> None:
    """dbt leaves a table out when something before it fails, and then has no SQL for it."""
    with duckdb.connect(str(build_db)) as con:
        con.execute("update mart.webbtidbok set visa_tid = 1")
    if not held:
        manifest = json.loads(dbt_manifest.read_text(encoding="utf-8"))
        del manifest["nodes"]["model.uppfoljning.tab_webbtidbok"]["compiled_code"]
        dbt_manifest.write_text(json.dumps(manifest), encoding="utf-8")
    second = release_of("f2", held=held)
    assert (second.path / "csv" / "tabell_2.csv").read_bytes() == (first.path / "csv" / "tabell_2.csv").read_bytes()
    assert query(second.database, "select sum(visa_tid) from tabell.tabell_2") == [(5076,)]
    assert query(second.database, "select sum(visa_tid) from mart.webbtidbok") == [(21,)]
    page = (second.path / "index.html").read_text(encoding="utf-8")
    assert ("Nyckeln är inte entydig." in page) == bool(held)


@pytest.mark.usefixtures("only_tables")
def test_a_held_mart_without_a_last_good_state_is_left_out(release_of: Publish) -> None:
    release = release_of(held={"webbtidbok": "Filen har negativa antal."})
    assert "mart.webbtidbok" not in release.manifest["tabeller"]
    assert (release.path / "csv" / "tabell_2.csv").read_text(encoding="utf-8").count("\n") == 1


@pytest.mark.usefixtures("only_tables", "first")
def test_an_error_in_the_making_leaves_the_previous_release(home: Home, release_of: Publish, build_db: Path) -> None:
    with duckdb.connect(str(build_db)) as con:
        con.execute("insert into mart.webbtidbok from mart.webbtidbok")
    with pytest.raises(ReleaseError):
        release_of("f2")
    assert current(home).id == "2020.1"
    assert [release.id for release in releases(home)] == ["2020.1"]


@pytest.mark.usefixtures("only_tables")
def test_export_copies_the_release_and_replaces_its_own_earlier_export(
    first: Release, release_of: Publish, tmp_path: Path
) -> None:
    out = tmp_path / "ut"
    written = export(first, out, intern=True)
    assert tree(out) == tree(first.path)
    assert sorted(written) == sorted(path for path in out.rglob("*") if path.is_file())
    (out / "egna anteckningar.txt").write_text("rör inte", encoding="utf-8")
    second = release_of("f2", held={"webbtidbok": "Ett skäl."})
    export(second, out, intern=True)
    assert tree(out) == {**tree(second.path), "egna anteckningar.txt": tree(out)["egna anteckningar.txt"]}


def test_export_refuses_to_overwrite_what_it_did_not_write(published: Release, tmp_path: Path) -> None:
    out = tmp_path / "ut"
    out.mkdir()
    (out / "uppfoljning_2020.xlsx").write_bytes(b"someone's own")
    with pytest.raises(ReleaseError, match=r"holds other files \(uppfoljning_2020\.xlsx\)"):
        export(published, out)
    assert tree(out).keys() == {"uppfoljning_2020.xlsx"}
    assert (out / "uppfoljning_2020.xlsx").read_bytes() == b"someone's own"


def test_an_export_for_publication_leaves_out_what_is_internal(published: Release, tmp_path: Path) -> None:
    out = tmp_path / "ut"
    export(published, out, intern=True)
    assert (out / "intern" / "arbetslistor.xlsx").is_file()
    export(published, out)
    assert tree(out) == {name: said for name, said in tree(published.path).items() if not name.startswith("intern/")}


def test_export_removes_files_the_release_no_longer_has(published: Release, tmp_path: Path) -> None:
    out = tmp_path / "ut"
    export(published, out, intern=True)
    listed = json.loads((out / "MANIFEST.json").read_text(encoding="utf-8"))
    listed["filer"]["csv/gammal.csv"] = "0"
    (out / "MANIFEST.json").write_text(json.dumps(listed), encoding="utf-8")
    (out / "csv" / "gammal.csv").write_text("a\n", encoding="utf-8")
    export(published, out, intern=True)
    assert tree(out) == tree(published.path)


def _damaged(release: Release, damage: str) -> str:
    """Change a frozen release; the name of the file that is not as it was."""
    changed = release.path / "csv" / "tabell_2.csv" if damage in ("csv", "gone") else release.database
    changed.chmod(0o644)
    if damage == "csv":
        changed.write_text(changed.read_text(encoding="utf-8").replace("23", "32"), encoding="utf-8")
    elif damage == "database":
        with duckdb.connect(str(changed)) as con:
            con.execute("update mart.webbtidbok set visa_tid = 32 where region = 'Blekinge'")
    elif damage == "broken database":
        changed.write_bytes(b"trasig")
    elif damage == "added":
        changed = release.path / "csv" / "ny.csv"
        changed.write_text("a\n", encoding="utf-8")
    else:
        changed.unlink()
    return changed.name


def test_a_release_that_was_changed_is_not_exported(published: Release, tmp_path: Path) -> None:
    release = published
    for damage in ("csv", "gone", "added", "database", "broken database", "no database"):
        place = tmp_path / damage / release.id
        shutil.copytree(release.path, place)
        damaged = Release(place, release.ar, release.nummer)
        name = _damaged(damaged, damage)
        with pytest.raises(ReleaseError, match=rf"2020\.1 is not as it was published \(.*{name}") as refused:
            export(damaged, tmp_path / "ut")
        assert "\n" not in str(refused.value)
        assert not (tmp_path / "ut").exists()
    assert export(release, tmp_path / "ut")


@pytest.mark.usefixtures("only_tables", "first")
def test_a_damaged_manifest_stops_no_publication_and_is_told_in_one_line(
    home: Home, release_of: Publish, uppfoljning: Callable[..., Any], tmp_path: Path
) -> None:
    """The next release is compared with the last one that can be read."""
    broken = release_of("f2").path / "MANIFEST.json"
    for content in (b"{", b"\xff", b"[]", b'{"utgava": "2020.2"}', None):
        broken.unlink(missing_ok=True)
        if content is not None:
            broken.write_bytes(content)
        for command in (
            ["export", "--year", 2020, "--out", tmp_path / "ut"],
            ["diff", "2020.1", "2020.2"],
            ["trace", "tabell_2", "--where", "true"],
        ):
            ran = uppfoljning("--home", home.root, *command)
            assert (ran.code, ran.out) == (2, "")
            [line] = ran.err.strip().splitlines()
            assert str(broken) in line
            assert "build again to have a new release" in line
        listed = uppfoljning("--home", home.root, "releases")
        assert (listed.code, "the manifest cannot be read" in listed.out) == (0, True)
    assert (release_of("f2").id, current(home).id) == ("2020.3", "2020.3")
    assert export(current(home), tmp_path / "ut")


def test_contents_tell_a_blank_from_a_null(tmp_path: Path) -> None:
    with duckdb.connect(str(tmp_path / "x.duckdb")) as con:
        con.execute("create schema mart")
        for name, value in {"tom": "''", "null": "null", "ordet": "'NULL'"}.items():
            con.execute(f'create table mart."{name}" as select cast({value} as varchar) as t')
        assert len({content.sha256 for content in database.contents(con).values()}) == 3
